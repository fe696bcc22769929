package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Runner;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A runner in a process of its own, killed while Alembic executes beside it. */
@Tag("postgres")
@NeedsPython
class KilledAlembicIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final AlembicHarness job = new AlembicHarness();
  private Process runner;

  @BeforeEach
  void users() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.alembic("upgrade", "head");
  }

  @AfterEach
  void close() {
    if (runner != null) {
      runner.destroyForcibly();
    }
    job.close();
  }

  @Test
  void theToolEndsWithItsRunnerAndLeavesNothing() throws Exception {
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int; SELECT pg_sleep(600)", "");
    MigrationPlanSpec plan = job.plan();
    start(plan);
    await().atMost(LONG).until(this::toolSleeps);

    runner.destroyForcibly().waitFor();

    assertThat(job.shim().waitFor(10, TimeUnit.SECONDS)).isTrue();
    await().atMost(LONG).until(() -> inspect(plan) != Outcome.WAITING_FOR_ORPHAN);
    assertThat(job.job().result().outcome()).isEqualTo(Outcome.UNTOUCHED);
    assertThat(job.job().result().applied()).isZero();
  }

  @Test
  void aSessionThatOutlivesItsToolIsWaitedFor() throws Exception {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "");
    MigrationPlanSpec plan = job.plan();
    try (var orphan =
        java.sql.DriverManager.getConnection(
            RunnerHarness.server().jdbcUrl(job.job().database())
                + "?user=postgres&ApplicationName="
                + AlembicCommand.sessionName(job.job().job(Step.PLAN).input()))) {
      assertThat(orphan.isValid(1)).isTrue();

      assertThat(inspect(plan)).isEqualTo(Outcome.WAITING_FOR_ORPHAN);
    }
    await().atMost(LONG).until(() -> inspect(plan) == Outcome.UNTOUCHED);
  }

  @Test
  void whereSessionsCannotBeNamedTheBusyOnesAreWaitedFor() throws Exception {
    job.env("async").driver("postgresql+asyncpg");
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.settings()).containsEntry("sessions", "unnamed");
    try (var busy = job.job().connect();
        var statement = busy.createStatement()) {
      busy.setAutoCommit(false);
      statement.execute("SELECT 1");

      assertThat(inspect(plan)).isEqualTo(Outcome.WAITING_FOR_ORPHAN);
      assertThat(job.job().result().message()).contains("one of them may be Alembic's");
    }
    assertThat(inspect(plan)).isEqualTo(Outcome.UNTOUCHED);
  }

  private Outcome inspect(MigrationPlanSpec plan) {
    return job.job().run(plan, Step.INSPECT).result().outcome();
  }

  private void start(MigrationPlanSpec plan) throws IOException {
    job.guard(new RunnerInput.Guard(60_000, 5, 120, 120));
    job.startTool();
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Runner.class.getName());
    builder.environment().putAll(job.job().environment(ExpectedPlan.of(plan), null, Step.MIGRATE));
    builder.redirectErrorStream(true).redirectOutput(new File(job.job().root().toFile(), "log"));
    runner = builder.start();
  }

  private boolean toolSleeps() {
    return "t"
        .equals(
            job.job()
                .query(
                    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                        + " AND datname = current_database())"));
  }
}
