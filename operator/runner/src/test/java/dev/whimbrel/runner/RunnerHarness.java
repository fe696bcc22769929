package dev.whimbrel.runner;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Checks;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.google.ManagedSecrets;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Runs Jobs in this process against a database of their own, as a node would lay them out. */
public final class RunnerHarness implements AutoCloseable {

  private static final List<Step> INSPECTION = List.of(Step.INSPECT);
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final EmbeddedDatabase SERVER =
      EmbeddedDatabase.start(Map.of("max_prepared_transactions", "5"));

  private final Path root;
  private final String database = "app" + NEXT.incrementAndGet();
  private final Map<String, String> environment = new HashMap<>();
  private UnaryOperator<RunnerInput> change = input -> input;
  private FlywaySettings flyway = new FlywaySettings();
  private int attempt;

  /** By which the runner waits. */
  public Clock clock = Clock.systemUTC();

  /** What {@code spec.rehearse} says; null for nothing. */
  public String rehearse;

  public RunnerHarness() {
    try {
      root = Files.createTempDirectory("whimbrel-runner");
      Files.createDirectories(root.resolve("whimbrel/source/0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SERVER.createDatabase(database, "postgres");
    environment.put(RunnerInput.USER_VARIABLE, "postgres");
    environment.put(RunnerInput.PASSWORD_VARIABLE, "unused-password");
  }

  public static EmbeddedDatabase server() {
    return SERVER;
  }

  public String database() {
    return database;
  }

  public Path root() {
    return root;
  }

  /** Puts a file into the first ConfigMap. */
  public RunnerHarness file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  public RunnerHarness file(String name, byte[] content) {
    return file(0, name, content);
  }

  public RunnerHarness file(int configMap, String name, byte[] content) {
    try {
      Path directory = root.resolve("whimbrel/source/" + configMap);
      Files.createDirectories(directory);
      Files.write(directory.resolve(name), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RunnerHarness withoutFile(String name) {
    try {
      Files.delete(root.resolve("whimbrel/source/0/" + name));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RunnerHarness environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public RunnerHarness input(UnaryOperator<RunnerInput> newChange) {
    change = newChange;
    return this;
  }

  public FlywaySettings flyway() {
    return flyway;
  }

  public void execute(String sql) {
    SERVER.execute(database, sql);
  }

  public Connection connect() {
    try {
      return SERVER.connect(database);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of the first row. */
  public String query(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? rows.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public Run run(Step... steps) {
    return run((RunnerInput.ExpectedPlan) null, steps);
  }

  public Run run(MigrationPlanSpec plan, Step... steps) {
    return run(ExpectedPlan.of(plan), steps);
  }

  /** Plans, and fails the test where that does not work. */
  public MigrationPlanSpec plan() {
    Run run = run(Step.PLAN);
    if (run.exit() != 0) {
      throw new AssertionError(run.result() + "\n" + run.log());
    }
    return run.plan();
  }

  /** Plans and migrates, and fails the test where that does not work. */
  public Run migrate() {
    Run run = run(plan(), Step.MIGRATE);
    if (run.exit() != 0) {
      throw new AssertionError(run.result() + "\n" + run.log());
    }
    return run;
  }

  public Run run(RunnerInput.ExpectedPlan plan, Step... steps) {
    return run(plan, null, new StopSignal(), steps);
  }

  /**
   * Runs steps. A session is gone a moment after its client, so an inspection that sees one asks
   * again, as the operator does.
   */
  public Run run(
      RunnerInput.ExpectedPlan plan, RunnerInput.Gate gate, StopSignal stop, Step... steps) {
    Run run = once(plan, gate, stop, steps);
    for (int again = 0; again < 5 && List.of(steps).equals(INSPECTION) && run.waits(); again++) {
      run = once(plan, gate, stop, steps);
    }
    return run;
  }

  private Run once(
      RunnerInput.ExpectedPlan plan, RunnerInput.Gate gate, StopSignal stop, Step... steps) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Map<String, String> all = environment(plan, gate, steps);
    int exit = Runner.run(all, new PrintStream(out, true, StandardCharsets.UTF_8), clock, stop);
    return new Run(exit, result(), out.toString(StandardCharsets.UTF_8));
  }

  /** The environment of a Job; each call is another attempt. */
  public Map<String, String> environment(
      RunnerInput.ExpectedPlan plan, RunnerInput.Gate gate, Step... steps) {
    attempt++;
    Map<String, String> all = new HashMap<>(environment);
    all.put(Mounts.ROOT_VARIABLE, root.toString());
    all.put(RunnerInput.VARIABLE, Json.write(change.apply(input(plan, gate, steps))));
    return all;
  }

  /** What a step would work with, for tests of its parts. */
  public Job job(Step... steps) {
    Map<String, String> all = environment(null, null, steps);
    return new Job(
        Inputs.read(all),
        new Credentials(all.get(RunnerInput.USER_VARIABLE), all.get(RunnerInput.PASSWORD_VARIABLE)),
        all,
        Mounts.of(all),
        new Log(System.out, Clock.systemUTC(), ""),
        Clock.systemUTC(),
        new StopSignal(),
        new Report(),
        ManagedSecrets.none());
  }

  public RunnerResult result() {
    try {
      Path file = root.resolve("dev/termination-log");
      return Files.exists(file) ? RunnerResult.parse(Files.readString(file)) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RunnerInput input(RunnerInput.ExpectedPlan plan, RunnerInput.Gate gate, Step... steps) {
    return new RunnerInput(
            RunnerInput.VERSION,
            new RunnerInput.Migration("shop", "orders", "5f0c7a52-6f5f-4c38-9f54-1f2f3a0e9b11"),
            "4-1",
            attempt,
            List.of(steps),
            new RunnerInput.Database(null, "127.0.0.1", SERVER.port(), database, "disable", null),
            flyway.input(),
            null,
            plan,
            gate,
            null,
            new RunnerInput.Guard(1600, 5, 60, 120),
            List.of(),
            null,
            null)
        .withRehearse(rehearse);
  }

  @Override
  public void close() {
    SERVER.execute("postgres", "DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a Job did. */
  public record Run(int exit, RunnerResult result, String log) {

    private boolean waits() {
      return result != null && result.outcome() == Outcome.WAITING_FOR_ORPHAN;
    }

    public MigrationPlanSpec plan() {
      String document =
          LogDocument.find(log, Objects.requireNonNull(result.document())).orElseThrow();
      return Json.read(document, MigrationPlanSpec.class);
    }

    /** What the checks of the verification found. */
    public List<CheckResult> checks() {
      String document =
          LogDocument.find(LogDocument.Kind.CHECKS, log, Objects.requireNonNull(result.checks()))
              .orElseThrow();
      return Json.read(document, Checks.class).checks();
    }
  }

  /** The Flyway part of the spec. */
  public static final class FlywaySettings {
    public List<String> configMaps = List.of("orders-sql");
    public String defaultSchema;
    public List<String> schemas = List.of();
    public List<RunnerInput.Placeholder> placeholders = List.of();
    public String target = "latest";
    public String baselineVersion;
    public boolean outOfOrder;
    public boolean mixed;
    public boolean group;
    public String allowDowngrade;

    RunnerInput.Flyway input() {
      return new RunnerInput.Flyway(
          configMaps,
          "flyway_schema_history",
          defaultSchema,
          schemas,
          placeholders,
          target,
          baselineVersion,
          outOfOrder,
          mixed,
          group,
          allowDowngrade);
    }
  }
}
