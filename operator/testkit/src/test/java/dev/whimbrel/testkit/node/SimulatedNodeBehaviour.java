package dev.whimbrel.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the node does, whichever API server it talks to: the in-memory one is held to the real one
 * by the same tests.
 */
abstract class SimulatedNodeBehaviour {

  private static final String PASSWORD = "p@ss $(HOME) $$ 'quoted\" %41 ö\\n";

  @TempDir Path image;

  private KubernetesClient client;
  private String namespace;
  private SimulatedNode node;

  @BeforeAll
  static void busyMachinesNeedPatience() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    Awaitility.setDefaultPollInterval(Duration.ofMillis(50));
  }

  /** Called before each test. */
  void startNode(KubernetesClient admin, String ownNamespace) {
    client = admin;
    namespace = ownNamespace;
    node = SimulatedNode.start(client, options("sim-" + namespace));
  }

  @AfterEach
  void stopNode() {
    node.close();
  }

  private SimulatedNodeOptions options(String name) {
    return SimulatedNodeOptions.named(name)
        .withImage(
            "user:1",
            SimulatedImage.folder(image).withEnvironment(Map.of("PYTHONPATH", "/app:/app/lib")))
        .withImage("test:1", SimulatedImage.entrypoint("/bin/echo"))
        .withImage("program:1", SimulatedImage.program("/bin/sh", "-c"));
  }

  @Test
  void a_job_with_configuration_and_a_secret_runs_to_completion() {
    apply(
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: migrations}
        data: {V1__init.sql: "create table t();"}
        """);
    secret("database", Map.of("password", PASSWORD));
    Job job =
        job(
            """
            containers:
            - name: main
              image: program:1
              command: ["/app/runner"]
              args:
              - |
                cat "$WHIMBREL_ROOT/migrations/V1__init.sql"
                printf '\\n[%s]\\n' "$PASSWORD"
                echo "pod $POD of $(NAMESPACE)"
                echo 'all done' > "$WHIMBREL_ROOT/dev/termination-log"
              env:
              - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
              - {name: NAMESPACE, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
              - {name: PASSWORD, valueFrom: {secretKeyRef: {name: database, key: password}}}
              volumeMounts: [{name: migrations, mountPath: /migrations}]
            volumes:
            - {name: migrations, configMap: {name: migrations}}
            """);

    await().until(() -> condition(job, "Complete"));

    Pod pod = podOf(job);
    assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
    ContainerStateTerminated ended = terminated(pod);
    assertThat(ended.getExitCode()).isZero();
    assertThat(ended.getReason()).isEqualTo("Completed");
    assertThat(ended.getMessage()).isEqualTo("all done\n");
    assertThat(log(pod))
        .isEqualTo(
            "create table t();\n[%s]\npod %s of %s\n"
                .formatted(PASSWORD, pod.getMetadata().getName(), namespace));
  }

  @Test
  void a_failing_container_fails_the_job_and_leaves_its_last_words() {
    Job job =
        job(
            """
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "echo started; echo 'no such table' >&2; exit 10"]
              terminationMessagePolicy: FallbackToLogsOnError
            """);

    await().until(() -> condition(job, "Failed"));

    ContainerStateTerminated ended = terminated(podOf(job));
    assertThat(ended.getExitCode()).isEqualTo(10);
    assertThat(ended.getReason()).isEqualTo("Error");
    assertThat(ended.getMessage()).isEqualTo("started\nno such table");
  }

  @Test
  void the_termination_message_is_cut_at_4096_bytes() {
    Job job =
        job(
            """
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "printf %06000d 7 > $WHIMBREL_ROOT/dev/termination-log"]
            """);

    await().until(() -> condition(job, "Complete"));

    assertThat(terminated(podOf(job)).getMessage()).hasSize(4096).endsWith("07");
  }

  @Test
  void a_missing_secret_is_waited_for_in_a_kubelets_words() {
    Job job =
        job(
            """
            containers:
            - name: main
              image: test:1
              args: [ran]
              env:
              - {name: PASSWORD, valueFrom: {secretKeyRef: {name: late, key: password}}}
            """);

    await().until(() -> waiting("CreateContainerConfigError", "secret \"late\" not found"));
    secret("late", Map.of("other", "x"));
    await()
        .until(() ->
            waiting(
                "CreateContainerConfigError",
                "couldn't find key password in Secret " + namespace + "/late"));
    secret("late", Map.of("password", "x"));

    await().until(() -> condition(job, "Complete"));
  }

  @Test
  void a_missing_config_map_keeps_the_container_creating_and_is_an_event() {
    Job job =
        job(
            """
            containers: [{name: main, image: test:1}]
            volumes: [{name: migrations, configMap: {name: absent}}]
            """);

    await().until(() -> waiting("ContainerCreating", null));

    await()
        .untilAsserted(() ->
            assertThat(events("FailedMount"))
                .extracting(Event::getMessage)
                .containsExactly(
                    "MountVolume.SetUp failed for volume \"migrations\" :"
                        + " configmap \"absent\" not found"));
  }

  @Test
  void optional_references_may_be_missing() {
    Job job =
        job(
            """
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "echo [${A-unset}] $(ls $WHIMBREL_ROOT/v)"]
              env:
              - {name: A, valueFrom: {secretKeyRef: {name: no, key: a, optional: true}}}
              envFrom: [{configMapRef: {name: no, optional: true}}]
              volumeMounts: [{name: v, mountPath: /v}]
            volumes: [{name: v, secret: {secretName: no, optional: true}}]
            """);

    await().until(() -> condition(job, "Complete"));

    assertThat(log(podOf(job)).strip()).isEqualTo("[unset]");
  }

  @Test
  void an_unknown_image_is_not_pulled() {
    Job job = job("containers: [{name: main, image: 'nobody/has:it'}]");

    await().until(() -> waitingReason().equals("ErrImagePull"));
    await().until(() -> waitingReason().equals("ImagePullBackOff"));
  }

  @Test
  void init_containers_run_in_order_and_share_volumes() {
    Job job =
        job(
            """
            initContainers:
            - name: first
              image: test:1
              command: ["/bin/sh", "-c", "echo one > $WHIMBREL_ROOT/work/f"]
              volumeMounts: [{name: work, mountPath: /work}]
            - name: second
              image: test:1
              command: ["/bin/sh", "-c", "echo two >> $WHIMBREL_ROOT/work/f"]
              volumeMounts: [{name: work, mountPath: /work}]
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "cat $WHIMBREL_ROOT/work/f"]
              volumeMounts: [{name: work, mountPath: /work}]
            volumes: [{name: work, emptyDir: {}}]
            """);

    await().until(() -> condition(job, "Complete"));

    assertThat(log(podOf(job))).isEqualTo("one\ntwo\n");
  }

  @Test
  void a_failed_init_container_fails_the_pod() {
    Job job =
        job(
            """
            initContainers:
            - {name: first, image: test:1, command: ["/bin/sh", "-c", "exit 4"]}
            containers: [{name: main, image: test:1}]
            """);

    await().until(() -> condition(job, "Failed"));

    Pod pod = podOf(job);
    assertThat(pod.getStatus().getInitContainerStatuses().getFirst().getState().getTerminated())
        .extracting(ContainerStateTerminated::getExitCode)
        .isEqualTo(4);
    assertThat(pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting())
        .extracting(ContainerStateWaiting::getReason)
        .isEqualTo("PodInitializing");
  }

  @Test
  void a_sidecar_is_ended_after_the_others() {
    Job job =
        job(
            """
            initContainers:
            - name: guard
              image: test:1
              restartPolicy: Always
              command:
              - /bin/sh
              - -c
              - |
                exec 2>/dev/null
                trap 'echo bye; exit 0' TERM
                touch "$WHIMBREL_ROOT/work/ready"
                while :; do sleep 0.05; done
              volumeMounts: [{name: work, mountPath: /work}]
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "until [ -e $WHIMBREL_ROOT/work/ready ]; do sleep 0.05; done"]
              volumeMounts: [{name: work, mountPath: /work}]
            volumes: [{name: work, emptyDir: {}}]
            """);

    await().until(() -> condition(job, "Complete"));

    Pod pod = podOf(job);
    assertThat(pod.getStatus().getPhase()).isEqualTo("Succeeded");
    assertThat(client.pods().resource(pod).inContainer("guard").getLog()).isEqualTo("bye\n");
  }

  @Test
  void the_others_start_once_the_startup_probe_of_a_sidecar_succeeds() throws Exception {
    AtomicBoolean up = new AtomicBoolean();
    AtomicInteger asked = new AtomicInteger();
    HttpServer health = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    health.createContext(
        "/startup",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(up.get() ? 200 : 503, -1);
          exchange.close();
        });
    health.start();
    try {
      Job job =
          job(
              """
              initContainers:
              - name: proxy
                image: test:1
                restartPolicy: Always
                command: ["/bin/sleep", "60"]
                startupProbe: {httpGet: {path: /startup, port: %d}}
              containers: [{name: main, image: test:1, command: ["/bin/true"]}]
              """
                  .formatted(health.getAddress().getPort()));
      await().until(() -> asked.get() > 2);
      assertThat(podOf(job).getStatus().getContainerStatuses().getFirst().getState().getWaiting())
          .extracting(ContainerStateWaiting::getReason)
          .isEqualTo("PodInitializing");

      up.set(true);

      await().until(() -> condition(job, "Complete"));
    } finally {
      health.stop(0);
    }
  }

  @Test
  void a_pod_past_its_deadline_is_terminated_and_keeps_its_message() {
    Job job =
        job(
            """
            activeDeadlineSeconds: 1
            terminationGracePeriodSeconds: 5
            containers:
            - name: main
              image: test:1
              command:
              - /bin/sh
              - -c
              - |
                trap 'echo stopped > "$WHIMBREL_ROOT/dev/termination-log"; exit 40' TERM
                while :; do sleep 0.05; done
            """);

    await().until(() -> condition(job, "Failed"));

    Pod pod = podOf(job);
    assertThat(pod.getStatus().getReason()).isEqualTo("DeadlineExceeded");
    assertThat(terminated(pod).getExitCode()).isEqualTo(40);
    assertThat(terminated(pod).getMessage()).isEqualTo("stopped\n");
  }

  @Test
  void a_deleted_pod_gets_its_grace_and_is_then_killed() {
    Pod pod =
        pod(
            """
            terminationGracePeriodSeconds: 1
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"]
            """);
    await().until(() -> running(pod) && log(pod).contains("up"));
    Instant deleted = Instant.now();

    client.resource(pod).delete();

    await().until(() -> client.resource(pod).get() == null);
    assertThat(Duration.between(deleted, Instant.now()))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
    assertThat(node.runs(namespace, pod.getMetadata().getName())).isFalse();
  }

  @Test
  void annotations_reach_a_running_container_through_the_downward_api() {
    Pod pod =
        pod(
            """
            containers:
            - name: main
              image: test:1
              command:
              - /bin/sh
              - -c
              - |
                until grep -q stop "$WHIMBREL_ROOT/control/request"; do sleep 0.02; done
                cat "$WHIMBREL_ROOT/control/all"
              volumeMounts: [{name: control, mountPath: /control}]
            volumes:
            - name: control
              downwardAPI:
                items:
                - path: request
                  fieldRef: {fieldPath: "metadata.annotations['whimbrel.dev/request']"}
                - path: all
                  fieldRef: {fieldPath: metadata.annotations}
            """);
    await().until(() -> running(pod));

    client
        .pods()
        .inNamespace(namespace)
        .withName("pod")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"metadata": {"annotations": {"whimbrel.dev/request": "stop \\"now\\""}}}\
            """);

    await().until(() -> phase(pod).equals("Succeeded"));
    assertThat(log(pod)).isEqualTo("whimbrel.dev/request=\"stop \\\"now\\\"\"");
  }

  @Test
  void logs_can_be_followed_while_the_container_writes() throws Exception {
    Pod pod =
        pod(
            """
            containers:
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "for i in 1 2 3; do echo line $i; sleep 0.2; done"]
            """);
    await().until(() -> running(pod));

    try (LogWatch watch = client.pods().resource(pod).watchLog();
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(watch.getOutput(), UTF_8))) {
      assertThat(reader.lines()).containsExactly("line 1", "line 2", "line 3");
    }
    assertThat(client.pods().resource(pod).tailingLines(1).getLog()).isEqualTo("line 3\n");
  }

  @Test
  void a_held_node_schedules_nothing_until_it_is_released() {
    node.hold();

    Pod pod = pod("containers: [{name: main, image: test:1}]");

    await()
        .until(() ->
            fresh(pod).getStatus().getConditions().stream()
                .anyMatch(it -> "Unschedulable".equals(it.getReason())));
    node.release();
    await().until(() -> phase(pod).equals("Succeeded"));
  }

  @Test
  void a_selector_that_no_label_meets_leaves_the_pod_pending() {
    Pod pod = pod("nodeSelector: {disk: ssd}\ncontainers: [{name: main, image: test:1}]");

    await()
        .untilAsserted(() ->
            assertThat(conditions(pod))
                .extracting(it -> "" + it.getMessage())
                .anyMatch(it -> it.contains("didn't match Pod's node affinity/selector")));
  }

  @Test
  void a_disconnected_node_runs_on_and_reports_later() {
    Pod pod =
        pod(
            """
            containers:
            - {name: main, image: test:1, command: ["/bin/sh", "-c", "sleep 0.5"]}
            """);
    await().until(() -> running(pod));
    Path root = root(pod);

    node.disconnect();
    await().until(() -> !processRuns(root));
    assertThat(phase(pod)).isEqualTo("Running");
    node.reconnect();

    await().until(() -> phase(pod).equals("Succeeded"));
  }

  @Test
  void a_killed_node_takes_its_processes_along_and_says_nothing_more() {
    Pod pod = pod("containers: [{name: main, image: test:1, command: [/bin/sleep, '300']}]");
    await().until(() -> running(pod));
    Path root = root(pod);
    assertThat(processRuns(root)).isTrue();

    node.kill();

    await().until(() -> !processRuns(root));
    assertThat(phase(pod)).isEqualTo("Running");
    try (SimulatedNode next = SimulatedNode.start(client, options(node.name()))) {
      await().until(() -> phase(pod).equals("Failed"));
      assertThat(terminated(fresh(pod)).getReason()).isEqualTo("ContainerStatusUnknown");
      assertThat(next.runs(namespace, pod.getMetadata().getName())).isFalse();
    }
  }

  @Test
  void a_killed_container_ends_with_137() {
    Pod pod = pod("containers: [{name: main, image: test:1, command: [/bin/sleep, '300']}]");
    await().until(() -> running(pod));

    node.killContainer(namespace, pod.getMetadata().getName(), "main");

    await().until(() -> phase(pod).equals("Failed"));
    assertThat(terminated(fresh(pod)).getExitCode()).isEqualTo(137);
  }

  @Test
  void one_container_is_killed_and_the_other_goes_on() {
    Pod pod =
        pod(
            """
            containers:
            - name: tool
              image: test:1
              command: [/bin/sleep, '300']
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "until [ -e $WHIMBREL_ROOT/work/go ]; do sleep 0.05; done"]
              volumeMounts: [{name: work, mountPath: /work}]
            volumes: [{name: work, emptyDir: {}}]
            """);
    await().until(() -> running(pod));

    node.killContainer(namespace, pod.getMetadata().getName(), "tool");

    await().until(() -> ended(pod, "tool").map(it -> it.getExitCode()).equals(Optional.of(137)));
    assertThat(phase(pod)).isEqualTo("Running");
    assertThat(ended(pod, "main")).isEmpty();
    assertThat(root(pod).resolve("work/go")).doesNotExist().satisfies(Files::createFile);
    await().until(() -> phase(pod).equals("Failed"));
    assertThat(ended(pod, "main").orElseThrow().getExitCode()).isZero();
  }

  @Test
  void two_containers_talk_through_a_named_pipe_that_an_init_container_made() {
    Job job =
        job(
            """
            initContainers:
            - name: first
              image: test:1
              command: ["/bin/sh", "-c", "mkfifo $WHIMBREL_ROOT/whimbrel/bridge/requests"]
              volumeMounts: [{name: bridge, mountPath: /whimbrel/bridge}]
            containers:
            - name: tool
              image: test:1
              command: ["/bin/sh", "-c", "read -r w < $WHIMBREL_ROOT/whimbrel/bridge/requests; echo $w"]
              volumeMounts: [{name: bridge, mountPath: /whimbrel/bridge}]
            - name: main
              image: test:1
              command: ["/bin/sh", "-c", "echo upgrade > $WHIMBREL_ROOT/whimbrel/bridge/requests"]
              volumeMounts: [{name: bridge, mountPath: /whimbrel/bridge}]
            volumes: [{name: bridge, emptyDir: {}}]
            """);

    await().until(() -> condition(job, "Complete"));

    assertThat(client.pods().resource(podOf(job)).inContainer("tool").getLog())
        .isEqualTo("upgrade\n");
  }

  @Test
  void a_folder_stands_in_for_a_users_image() throws IOException {
    Path tool = Files.createDirectories(image.resolve("home/kotori/.local/bin")).resolve("tool");
    Files.writeString(
        tool,
        """
        #!/bin/sh
        echo "$1 in $(basename "$PWD") with $(cat migration.txt), $(cat "$2")"
        echo "${HOME#$WHIMBREL_ROOT} ${PYTHONPATH#$WHIMBREL_ROOT} $URL"
        """);
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(image.resolve("app/backend"));
    Files.writeString(image.resolve("app/backend/migration.txt"), "a migration");
    Job job =
        job(
            """
            initContainers:
            - name: first
              image: user:1
              command: ["/bin/sh", "-c", "echo 'echo shim; exec \\"$@\\"' > $WHIMBREL_ROOT/app/bridge/shim.sh"]
              volumeMounts: [{name: bridge, mountPath: /app/bridge}]
            containers:
            - name: main
              image: user:1
              workingDir: /app/backend
              command: [/bin/sh, /app/bridge/shim.sh, /home/kotori/.local/bin/tool]
              args: [upgrade, /app/backend/migration.txt]
              env:
              - {name: HOME, value: /home/kotori}
              - {name: URL, value: "postgresql://kotori@db:5432/app"}
              volumeMounts: [{name: bridge, mountPath: /app/bridge}]
            volumes: [{name: bridge, emptyDir: {}}]
            """);

    await().until(() -> condition(job, "Complete"));

    assertThat(log(podOf(job)).lines())
        .containsExactly(
            "shim",
            "upgrade in backend with a migration, a migration",
            "/home/kotori /app:/app/lib postgresql://kotori@db:5432/app");
    assertThat(image.resolve("app/bridge")).doesNotExist();
  }

  @Test
  void a_deleted_job_takes_its_running_pod_along() {
    Job job =
        job(
            """
            terminationGracePeriodSeconds: 1
            containers: [{name: main, image: test:1, command: [/bin/sleep, '300']}]
            """);
    await().until(() -> anyPod(pod -> "Running".equals(pod.getStatus().getPhase())));

    client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();

    await().until(() -> !anyPod(pod -> true));
  }

  @Test
  void a_pod_deleted_under_its_job_fails_it() {
    Job job =
        job(
            """
            terminationGracePeriodSeconds: 1
            containers: [{name: main, image: test:1, command: [/bin/sleep, '300']}]
            """);
    await().until(() -> anyPod(pod -> "Running".equals(pod.getStatus().getPhase())));

    client.resource(podOf(job)).delete();

    await().until(() -> condition(job, "Failed"));
    assertThat(client.resource(job).get().getStatus().getConditions())
        .extracting(JobCondition::getReason)
        .containsOnly("BackoffLimitExceeded");
  }

  @Test
  void a_job_past_its_deadline_ends_its_pod_and_fails() {
    Job job =
        client
            .batch()
            .v1()
            .jobs()
            .inNamespace(namespace)
            .resource(
                jobItem(
                        """
                        terminationGracePeriodSeconds: 1
                        containers: [{name: main, image: test:1, command: [/bin/sleep, '300']}]
                        """)
                    .edit()
                    .editSpec()
                    .withActiveDeadlineSeconds(1L)
                    .endSpec()
                    .build())
            .create();

    await().until(() -> condition(job, "Failed"));

    assertThat(client.resource(job).get().getStatus().getConditions())
        .extracting(JobCondition::getReason)
        .containsOnly("DeadlineExceeded");
  }

  private boolean anyPod(Predicate<Pod> test) {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getStatus() != null)
        .anyMatch(test);
  }

  /** By its working directory, because a dead node's word counts for nothing. */
  private boolean processRuns(Path root) {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> {
          try {
            return Files.readSymbolicLink(Path.of("/proc", "" + process.pid(), "cwd")).equals(root);
          } catch (IOException e) {
            return false;
          }
        });
  }

  private Path root(Pod pod) {
    return node.containerRoot(namespace, pod.getMetadata().getName(), "main").orElseThrow();
  }

  private void apply(String yaml) {
    HasMetadata object = client.resource(yaml).item();
    client.resource(object).inNamespace(namespace).create();
  }

  private void secret(String name, Map<String, String> data) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withStringData(data)
                .build())
        .createOr(it -> it.update());
  }

  private Job job(String podSpec) {
    return client.batch().v1().jobs().inNamespace(namespace).resource(jobItem(podSpec)).create();
  }

  private Job jobItem(String podSpec) {
    return client
        .batch()
        .v1()
        .jobs()
        .load(
            stream(
                """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: job}
                spec:
                  backoffLimit: 0
                  template:
                    spec:
                      restartPolicy: Never
                """
                    + podSpec.indent(6)))
        .item();
  }

  Pod pod(String podSpec) {
    return client
        .pods()
        .inNamespace(namespace)
        .resource(
            client
                .pods()
                .load(
                    stream(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: pod}
                        spec:
                          restartPolicy: Never
                        """
                            + podSpec.indent(2)))
                .item())
        .create();
  }

  private static java.io.InputStream stream(String text) {
    return new java.io.ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private boolean condition(Job job, String type) {
    JobStatus status = client.resource(job).get().getStatus();
    return status != null
        && status.getConditions().stream()
            .anyMatch(it -> it.getType().equals(type) && it.getStatus().equals("True"));
  }

  private Pod podOf(Job job) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("batch.kubernetes.io/job-name", job.getMetadata().getName())
        .list()
        .getItems()
        .getFirst();
  }

  private boolean waiting(String reason, String message) {
    return waitingStates()
        .anyMatch(it ->
            reason.equals(it.getReason()) && java.util.Objects.equals(message, it.getMessage()));
  }

  private String waitingReason() {
    return waitingStates().map(ContainerStateWaiting::getReason).findFirst().orElse("");
  }

  private Stream<ContainerStateWaiting> waitingStates() {
    return client.pods().inNamespace(namespace).list().getItems().stream()
        .filter(pod -> pod.getStatus() != null)
        .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
        .map(status -> status.getState().getWaiting())
        .filter(java.util.Objects::nonNull);
  }

  private List<Event> events(String reason) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> reason.equals(event.getReason()))
        .toList();
  }

  private List<PodCondition> conditions(Pod pod) {
    return fresh(pod).getStatus() == null ? List.of() : fresh(pod).getStatus().getConditions();
  }

  private Pod fresh(Pod pod) {
    return client.resource(pod).get();
  }

  String phase(Pod pod) {
    return fresh(pod).getStatus() == null ? "" : "" + fresh(pod).getStatus().getPhase();
  }

  private boolean running(Pod pod) {
    return phase(pod).equals("Running");
  }

  String log(Pod pod) {
    return client.pods().resource(pod).getLog();
  }

  private Optional<ContainerStateTerminated> ended(Pod pod, String container) {
    return fresh(pod).getStatus().getContainerStatuses().stream()
        .filter(status -> status.getName().equals(container))
        .findFirst()
        .map(status -> status.getState().getTerminated());
  }

  private static ContainerStateTerminated terminated(Pod pod) {
    return pod.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
  }
}
