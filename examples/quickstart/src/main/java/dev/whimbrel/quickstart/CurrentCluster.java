package dev.whimbrel.quickstart;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.Options;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.Cleanup;
import dev.whimbrel.quickstart.stage.Cluster;
import dev.whimbrel.quickstart.stage.Namespaces;
import dev.whimbrel.quickstart.stage.Operators;
import dev.whimbrel.quickstart.stage.Scene;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.kubernetes.Crds;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The cluster of the reader's kubeconfig. Runner, PostgreSQL and the fake of Google's API run there
 * from one image; the operator runs here, with the reader's rights, and watches one namespace. At
 * the end that namespace is deleted, and the CRDs where they were not there before.
 */
final class CurrentCluster implements Cluster {

  private static final long DELETION_SECONDS = 90;
  private static final int NOT_FOUND = 404;

  private final KubernetesClient client;
  private final FakeInstancePod instance;

  private CurrentCluster(KubernetesClient client, FakeInstancePod instance) {
    this.client = client;
    this.instance = instance;
  }

  static CurrentCluster start(Scene scene, String image, Backstage backstage, boolean yes)
      throws InterruptedException {
    Screen screen = backstage.screen();
    Cleanup cleanup = backstage.cleanup();
    screen.heading("Your cluster");
    KubernetesClient client = cleanup.add(new KubernetesClientBuilder().build());
    String context =
        Optional.ofNullable(client.getConfiguration().getCurrentContext())
            .map(NamedContext::getName)
            .orElse("(none)");
    screen.timed("Kubernetes", "context %s, %s".formatted(context, client.getMasterUrl()));
    refuseIfInUse(client, scene.namespace());
    screen.line(
        "  Namespace %s and, if they are missing, Whimbrel's CRDs are created there, and removed at"
            .formatted(scene.namespace()));
    screen.line("  the end. Nothing else is touched.");
    if (!yes) {
      screen.ask("Go on? [y/N]");
      if (!backstage
          .answers()
          .next()
          .filter(answer -> answer.toLowerCase(java.util.Locale.ROOT).startsWith("y"))
          .isPresent()) {
        throw new IllegalStateException("not on this cluster then; nothing was created");
      }
    }
    installCrds(client, cleanup);
    cleanup.add(() -> deleteNamespace(client, scene.namespace(), screen));
    Namespaces.createForPods(client, scene.namespace());
    FakeInstancePod instance = FakeInstancePod.start(scene, client, image, backstage);
    startOperator(client, image, instance, backstage);
    return new CurrentCluster(client, instance);
  }

  private static void refuseIfInUse(KubernetesClient client, String namespace) {
    if (client.namespaces().withName(namespace).get() != null) {
      throw new IllegalStateException(
          "namespace %s exists already; if an earlier quickstart left it, delete it with: kubectl delete namespace %s"
              .formatted(namespace, namespace));
    }
    try {
      client.leases().inAnyNamespace().list().getItems().stream()
          .filter(lease -> lease.getMetadata().getName().equals("whimbrel-operator"))
          .filter(lease -> lease.getSpec().getHolderIdentity() != null)
          .filter(lease -> !lease.getSpec().getHolderIdentity().isEmpty())
          .findFirst()
          .ifPresent(lease -> {
            throw new IllegalStateException(
                "an operator of Whimbrel runs in namespace %s; two of them would both drive the migration: use another cluster"
                    .formatted(lease.getMetadata().getNamespace()));
          });
    } catch (KubernetesClientException e) {
      // Who may not list Leases of all namespaces cannot be told; the namespace is ours anyway.
      if (e.getCode() != java.net.HttpURLConnection.HTTP_FORBIDDEN) {
        throw e;
      }
    }
  }

  private static void installCrds(KubernetesClient client, Cleanup cleanup) {
    List<String> missing =
        Crds.files().stream()
            .map(file -> file.getFileName().toString().replace(".yaml", ""))
            .filter(name -> crd(client, name) == null)
            .toList();
    cleanup.add(() ->
        missing.forEach(name ->
            client.apiextensions().v1().customResourceDefinitions().withName(name).delete()));
    if (!missing.isEmpty()) {
      Crds.install(client);
    }
  }

  private static Object crd(KubernetesClient client, String name) {
    return client.apiextensions().v1().customResourceDefinitions().withName(name).get();
  }

  private static void startOperator(
      KubernetesClient client, String image, FakeInstancePod instance, Backstage backstage)
      throws InterruptedException {
    backstage.screen().waitFor("the operator starts");
    String namespace = instance.scene().namespace();
    Map<String, String> environment = Map.of(CloudSqlAdmin.ENDPOINT_VARIABLE, instance.endpoint());
    Operators.start(
        client,
        new Options(
            namespace,
            Set.of(namespace),
            new RunnerImage(image, "IfNotPresent", environment),
            true,
            "quickstart",
            0),
        backstage.cleanup());
    backstage
        .screen()
        .timed("Operator", "at work in this process, with your rights, on that namespace only");
  }

  /** The operator is gone by now, so nobody else would take its finalizer off. */
  private static void deleteNamespace(KubernetesClient client, String namespace, Screen screen) {
    screen.waitFor("namespace " + namespace + " goes");
    try {
      client
          .resources(DatabaseMigration.class)
          .inNamespace(namespace)
          .resources()
          .forEach(migration ->
              migration.edit(found -> {
                found.getMetadata().setFinalizers(List.of());
                return found;
              }));
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
    client.namespaces().withName(namespace).delete();
    client
        .namespaces()
        .withName(namespace)
        .waitUntilCondition(java.util.Objects::isNull, DELETION_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public Scene scene() {
    return instance.scene();
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public String password() {
    return instance.password();
  }

  @Override
  public Connection connect() throws SQLException {
    return instance.connect();
  }

  @Override
  public List<String> howToWatch() {
    return List.of(
        "kubectl -n " + scene().namespace() + " get dbm,mplan,mapproval,jobs,pods",
        "kubectl -n " + scene().namespace() + " describe dbm " + scene().migration());
  }
}
