package dev.whimbrel.quickstart;

import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.Passwords;
import dev.whimbrel.quickstart.stage.Scene;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** The fake Cloud SQL instance as a pod, reached from here through the API server. */
final class FakeInstancePod {

  private static final String NAME = "fake-cloud-sql";
  private static final int API_PORT = 8080;
  private static final int POSTGRES_PORT = 5432;
  private static final long READY_MINUTES = 5;

  private final Scene scene;
  private final String address;
  private final LocalPortForward forward;
  private final String password;

  private FakeInstancePod(Scene scene, String address, LocalPortForward forward, String password) {
    this.scene = scene;
    this.address = address;
    this.forward = forward;
    this.password = password;
  }

  static FakeInstancePod start(
      Scene scene, KubernetesClient client, String image, Backstage backstage) {
    String password = Passwords.random();
    client.resource(manifest(scene, image, password)).create();
    backstage.screen().waitFor("a node pulls " + image + " and starts PostgreSQL");
    var pod = client.pods().inNamespace(scene.namespace()).withName(NAME);
    Pod ready;
    try {
      ready = pod.waitUntilCondition(Readiness::isPodReady, READY_MINUTES, TimeUnit.MINUTES);
    } catch (KubernetesClientTimeoutException e) {
      throw new IllegalStateException(
          "pod %s did not become ready within %d minutes; can the nodes pull %s? Its state: %s"
              .formatted(
                  NAME,
                  READY_MINUTES,
                  image,
                  Serialization.asYaml(pod.get().getStatus().getContainerStatuses())),
          e);
    }
    backstage
        .screen()
        .timed(
            "Cloud SQL",
            "%s: a real PostgreSQL 17 behind a fake of Google's API, in pod %s"
                .formatted(scene.instance(), NAME));
    return new FakeInstancePod(
        scene,
        ready.getStatus().getPodIP(),
        backstage.cleanup().add(pod.portForward(POSTGRES_PORT)),
        password);
  }

  private static Pod manifest(Scene scene, String image, String password) {
    return Serialization.unmarshal(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: %s}
        spec:
          automountServiceAccountToken: false
          terminationGracePeriodSeconds: 5
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            fsGroup: 65532
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: fake
              image: %s
              imagePullPolicy: IfNotPresent
              command:
                - /opt/java/bin/java
                - -XX:+UseSerialGC
                - -XX:TieredStopAtLevel=1
                - -cp
                - "@/app/jib-classpath-file"
                - dev.whimbrel.testkit.google.FakeGoogleCloudMain
              args:
                [--instance, "%s", --database, %s, --user, %s, --bind, 0.0.0.0, --port, "%d",
                 --advertise-host, $(POD_IP), --advertise-ip, $(POD_IP)]
              env:
                - {name: POD_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                - {name: FAKE_DATABASE_PASSWORD, value: "%s"}
              readinessProbe: {tcpSocket: {port: %d}, periodSeconds: 1}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities: {drop: [ALL]}
              volumeMounts: [{name: tmp, mountPath: /tmp}]
          volumes: [{name: tmp, emptyDir: {}}]
        """
            .formatted(
                NAME,
                scene.namespace(),
                image,
                scene.instance(),
                scene.database(),
                scene.database(),
                API_PORT,
                password,
                POSTGRES_PORT),
        Pod.class);
  }

  Scene scene() {
    return scene;
  }

  /** Root URL of the fake of Google's API, for pods. */
  String endpoint() {
    return "http://%s:%d/"
        .formatted(address.contains(":") ? "[" + address + "]" : address, API_PORT);
  }

  String password() {
    return password;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(forward.getLocalPort(), scene.database()),
        scene.database(),
        password);
  }
}
