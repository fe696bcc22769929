package dev.whimbrel.controller.apiserver;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.ControlPlaneOptions;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
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

  private static final String[] JVM = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m"};
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
    return OperatorCommand.start(stage, identity, directory.resolve(identity + ".log"), JVM);
  }

  // --- start -----------------------------------------------------------------------------------

  private void startToReady() {
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
    Job made =
        scenario
            .client()
            .batch()
            .v1()
            .jobs()
            .inNamespace(scenario.namespace())
            .list()
            .getItems()
            .getFirst();
    String hash = scenario.get("app").getStatus().plan().hash();
    Job bare =
        new JobBuilder()
            .withNewMetadata()
            .withName("bare")
            .withNamespace(scenario.namespace())
            .endMetadata()
            .withNewSpec()
            .withBackoffLimit(0)
            .withTemplate(made.getSpec().getTemplate())
            .endSpec()
            .build();
    bare.getSpec()
        .getTemplate()
        .getMetadata()
        .setAnnotations(Map.of("whimbrel.dev/plan-recorded", hash));
    bare.getSpec().getTemplate().getMetadata().setLabels(Map.of());
    long begin = System.nanoTime();
    scenario.client().resource(bare).create();
    scenario
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(scenario.namespace())
        .withName("bare")
        .waitUntilCondition(
            job ->
                job != null
                    && job.getStatus() != null
                    && job.getStatus().getSucceeded() != null
                    && job.getStatus().getSucceeded() == 1
                    && job.getStatus().getCompletionTime() != null,
            60,
            TimeUnit.SECONDS);
    return millisSince(begin);
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

  private void atOnce(int count) {
    try (OperatorCommand operator = operator("at-once-" + count).awaitReady()) {
      List<Stage.Scenario> scenarios =
          IntStream.range(0, count).mapToObj(i -> stage.new Scenario("many")).toList();
      scenarios.forEach(
          scenario -> scenario.source("sql", "V1__t.sql", "SELECT pg_sleep(5);\n" + TABLE));
      long begin = System.nanoTime();
      scenarios.forEach(scenario -> scenario.migrate("app", "sql", "approval: {policy: Never}"));
      Awaitility.await(count + " migrations")
          .pollInterval(Duration.ofMillis(250))
          .atMost(Duration.ofMinutes(15))
          .until(() -> scenarios.stream().allMatch(BenchmarkMain::isDone));
      long took = millisSince(begin);
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

  private static boolean isDone(Stage.Scenario scenario) {
    DatabaseMigration migration = scenario.get("app");
    if (migration.getStatus() == null) {
      return false;
    }
    if (List.of("Failed", "Unresolved", "Rejected").contains(migration.getStatus().phase())) {
      throw new AssertionError(Serialization.asYaml(migration));
    }
    return "Succeeded".equals(migration.getStatus().phase());
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
