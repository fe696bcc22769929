package dev.whimbrel.controller.apiserver;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.ControlPlaneOptions;
import dev.whimbrel.testkit.kubernetes.JobCopy;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Measures what {@code docs/benchmarks.md} publishes, on the real API server and the simulated
 * node, and prints it as that page's table. Run with {@code ./mvnw -Pbenchmark -pl
 * operator/controller -am verify}. Absolute times depend on the machine; the ratios are what to
 * compare.
 */
final class BenchmarkMain {

  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m", "-Xshare:auto");
  private static final int REPEAT = 5;
  private static final String TABLE = "CREATE TABLE t (id bigint PRIMARY KEY);";

  private final Stage stage;
  private final Path audit;
  private final Path directory;

  private BenchmarkMain(Stage stage, Path audit, Path directory) {
    this.stage = stage;
    this.audit = audit;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("whimbrel-benchmark");
    Path audit = directory.resolve("audit.log");
    Path policy =
        Files.writeString(
            directory.resolve("policy.yaml"),
            """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            rules:
            - level: Metadata
              verbs: [create, update, patch, delete, deletecollection]
            """);
    try (ControlPlane controlPlane =
            ControlPlane.start(
                directory.resolve("cluster"),
                ControlPlaneOptions.defaults()
                    .withApiServerFlags(
                        "--audit-policy-file=" + policy, "--audit-log-path=" + audit));
        Stage stage =
            Stage.on(controlPlane, Map.of("max_connections", "1000", "shared_buffers", "64MB"))) {
      new BenchmarkMain(stage, audit, directory).run();
    }
    // Threads of HTTP clients would keep the JVM for a while.
    System.exit(0);
  }

  private void run() throws Exception {
    row("figure", "value", "how");
    row("---", "---", "---");
    startToReady();
    trivialChange();
    atOnce(40);
    atOnce(200);
    idle(0);
    idle(100);
    idle(1000);
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  private OperatorCommand operator(String identity) {
    List<String> jvm = new ArrayList<>(JVM);
    jvm.add("-XX:SharedArchiveFile=" + archive());
    return OperatorCommand.start(
        stage, identity, directory.resolve(identity + ".log"), jvm.toArray(String[]::new));
  }

  // --- start -----------------------------------------------------------------------------------

  /** As in the image, whose build archives the classes that an operator loads. */
  private void train() {
    try (OperatorCommand operator =
        OperatorCommand.start(
            stage,
            "training",
            directory.resolve("training.log"),
            "-XX:ArchiveClassesAtExit=" + archive())) {
      operator.awaitReady();
    }
  }

  private Path archive() {
    return directory.resolve("operator.jsa");
  }

  private void startToReady() {
    train();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < REPEAT; i++) {
      long begin = System.nanoTime();
      try (OperatorCommand operator = operator("start-" + i)) {
        operator.awaitReady();
        times.add(millisSince(begin));
      }
    }
    row("process start to ready", seconds(median(times)), "median of " + REPEAT);
  }

  // --- one change ------------------------------------------------------------------------------

  private void trivialChange() throws IOException {
    try (OperatorCommand operator = operator("trivial").awaitReady()) {
      List<Long> applied = new ArrayList<>();
      List<Long> bare = new ArrayList<>();
      List<Long> writes = new ArrayList<>();
      change("warm-up");
      for (int i = 0; i < REPEAT; i++) {
        long before = operatorWrites();
        try (Stage.Scenario scenario = stage.new Scenario("trivial")) {
          long begin = System.nanoTime();
          scenario.source("sql", "V1__t.sql", TABLE);
          scenario.migrate("app", "sql", "");
          scenario.await("app", "Succeeded");
          applied.add(millisSince(begin));
          Awaitility.await()
              .during(Duration.ofSeconds(3))
              .atMost(Duration.ofSeconds(10))
              .until(() -> scenario.get("app").getMetadata().getFinalizers().isEmpty());
          writes.add(operatorWrites() - before);
          bare.add(bareJob(scenario));
        }
      }
      row(
          "API writes of the operator for one trivial change",
          "" + median(writes),
          "audit log; Events and Leases included");
      row(
          "apply to Succeeded, trivial ungated change",
          seconds(median(applied)),
          "median of " + REPEAT);
      row(
          "a bare Job of the same image, doing the same",
          seconds(median(bare)),
          "create to Complete, median of " + REPEAT);
      row(
          "ratio",
          "%.2f".formatted((double) median(applied) / median(bare)),
          "both medians of one run");
    }
  }

  private void change(String name) {
    try (Stage.Scenario scenario = stage.new Scenario(name)) {
      scenario.source("sql", "V1__t.sql", TABLE);
      scenario.migrate("app", "sql", "");
      scenario.await("app", "Succeeded");
    }
  }

  /**
   * The Job that Whimbrel made, made again by hand on an empty database, with the permission to go
   * on already in its pod template: the same work without an operator.
   */
  private long bareJob(Stage.Scenario scenario) {
    stage
        .database()
        .execute(scenario.databaseName(), "DROP TABLE t; DROP TABLE flyway_schema_history");
    String hash = scenario.get("app").getStatus().plan().hash();
    return JobCopy.run(
            scenario.client(),
            scenario.namespace(),
            Map.of(Whimbrel.PLAN_RECORDED_ANNOTATION, hash))
        .toMillis();
  }

  private long operatorWrites() throws IOException {
    String user =
        "system:serviceaccount:" + Stage.OPERATOR_NAMESPACE + ":" + stage.serviceAccount();
    return Files.readAllLines(audit, StandardCharsets.UTF_8).stream()
        .filter(line -> line.contains("\"username\":\"" + user + "\""))
        // Its own leader election goes on whatever happens.
        .filter(line -> !line.contains("\"name\":\"whimbrel-operator\""))
        .count();
  }

  // --- many at once ----------------------------------------------------------------------------

  private void atOnce(int count) throws InterruptedException {
    try (OperatorCommand operator = operator("at-once-" + count).awaitReady()) {
      List<Stage.Scenario> scenarios =
          IntStream.range(0, count).mapToObj(i -> stage.new Scenario("many")).toList();
      scenarios.forEach(
          scenario -> scenario.source("sql", "V1__t.sql", "SELECT pg_sleep(5);\n" + TABLE));
      long took;
      CountDownLatch left = new CountDownLatch(count);
      // A watch: asking 200 objects again and again would take the CPU of what is measured.
      try (Watch watch = watchSuccesses(left)) {
        long begin = System.nanoTime();
        scenarios.forEach(scenario -> scenario.migrate("app", "sql", "approval: {policy: Never}"));
        if (!left.await(15, TimeUnit.MINUTES)) {
          throw new AssertionError(
              left.getCount() + " of " + count + " migrations did not succeed");
        }
        took = millisSince(begin);
      }
      row(
          count + " migrations of 5 s of SQL each, at once",
          seconds(took),
          "simulated node, "
              + Runtime.getRuntime().availableProcessors()
              + " cores; operator used "
              + operator.residentMiB()
              + " MiB");
      scenarios.forEach(Stage.Scenario::close);
    }
  }

  private Watch watchSuccesses(CountDownLatch left) {
    Set<String> done = ConcurrentHashMap.newKeySet();
    return stage
        .controlPlane()
        .admin()
        .resources(DatabaseMigration.class)
        .inAnyNamespace()
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, DatabaseMigration migration) {
                DatabaseMigrationStatus status = migration.getStatus();
                if (action == Action.MODIFIED
                    && status != null
                    && "Succeeded".equals(status.phase())
                    && done.add(migration.getMetadata().getUid())) {
                  left.countDown();
                }
              }

              @Override
              public void onClose(WatcherException cause) {
                System.err.println("the watch broke off: " + cause.getMessage());
              }
            });
  }

  // --- at rest ---------------------------------------------------------------------------------

  /** Migrations that rest, as they do nearly all of their life: written as such, not run. */
  private void idle(int count) {
    try (Stage.Scenario scenario = stage.new Scenario("idle")) {
      for (int i = 0; i < count; i++) {
        rest(
            scenario.apply(
                """
                apiVersion: whimbrel.dev/v1alpha1
                kind: DatabaseMigration
                metadata: {name: idle-%d, namespace: %s}
                spec:
                  database:
                    postgres: {host: db-%d, database: app, credentials: {secretRef: {name: db}}}
                  source: {flyway: {configMaps: [sql]}}
                """
                    .formatted(i, scenario.namespace(), i)),
            scenario);
      }
      try (OperatorCommand operator = operator("idle-" + count).awaitReady()) {
        Awaitility.await()
            .pollDelay(Duration.ofSeconds(20))
            .atMost(Duration.ofSeconds(30))
            .until(operator::ready);
        row(
            "resident memory with " + count + " idle migrations",
            operator.residentMiB() + " MiB",
            String.join(" ", JVM) + ", 20 s after ready");
      }
    }
  }

  private static void rest(DatabaseMigration migration, Stage.Scenario scenario) {
    migration.setStatus(
        Serialization.unmarshal(
            """
            observedGeneration: 1
            phase: Succeeded
            message: The database is at revision 1; nothing is pending, verified
            currentRevision: "1"
            sourceDigest: ""
            run: {id: 1-1, attempt: 1, spec: %s}
            """
                .formatted(new Spec(migration.getSpec()).hash()),
            DatabaseMigrationStatus.class));
    scenario.client().resource(migration).updateStatus();
  }

  // --- numbers ---------------------------------------------------------------------------------

  private static long millisSince(long begin) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  private static String seconds(long millis) {
    return "%.2f s".formatted(millis / 1000.0);
  }

  private static long median(List<Long> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
  }
}
