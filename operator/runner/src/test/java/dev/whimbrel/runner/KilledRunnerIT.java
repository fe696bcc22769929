package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Step;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A runner in a process of its own, killed while a table lock holds it at an exact place. */
@Tag("postgres")
class KilledRunnerIT {

  private final RunnerHarness job = new RunnerHarness();
  private Connection pause;
  private Process process;

  @BeforeEach
  void twoTables() {
    job.file("V1__tables.sql", "CREATE TABLE users (id bigint); CREATE TABLE stop (id bigint);\n");
    job.migrate();
  }

  @AfterEach
  void close() throws SQLException {
    if (process != null) {
      process.destroyForcibly();
    }
    if (pause != null) {
      pause.close();
    }
    job.close();
  }

  @Test
  void aWaitingStatementEndsByItselfSoonAfterItsRunnerAndLeavesNothing() throws Exception {
    job.file(
        "V2__change.sql",
        "ALTER TABLE users ADD COLUMN a int; ALTER TABLE stop ADD COLUMN a int;\n");
    MigrationPlanSpec plan = job.plan();
    killWhileItWaits(plan);

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> job.run(plan, Step.INSPECT).result().outcome() != Outcome.WAITING_FOR_ORPHAN);

    assertThat(job.result().outcome()).isEqualTo(Outcome.UNTOUCHED);
    assertThat(job.result().applied()).isZero();
  }

  @Test
  void wholeRevisionsBeforeTheKillAreReportedAsPartial() throws Exception {
    job.file("V2__change.sql", "ALTER TABLE users ADD COLUMN a int;\n");
    job.file("V3__change.sql", "ALTER TABLE stop ADD COLUMN a int;\n");
    MigrationPlanSpec plan = job.plan();
    killWhileItWaits(plan);

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> job.run(plan, Step.INSPECT).result().outcome() != Outcome.WAITING_FOR_ORPHAN);

    assertThat(job.result().outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(job.result().applied()).isEqualTo(1);
    assertThat(job.result().currentRevision()).isEqualTo("2");
    assertThat(job.result().message()).contains("up to V2__change.sql; V3__change.sql");

    // The rest is planned anew, and V2 is not run twice.
    pause.close();
    assertThat(job.migrate().result().applied()).isEqualTo(1);
  }

  @Test
  void halfOfAScriptWithoutTransactionIsUnknown() throws Exception {
    job.file(
        "V2__change.sql", "INSERT INTO users VALUES (1); ALTER TABLE stop ADD COLUMN a int;\n");
    job.file("V2__change.sql.conf", "executeInTransaction=false\n");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.findings()).extracting(finding -> finding.rule()).contains("NotTransactional");
    killWhileItWaits(plan);

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> job.run(plan, Step.INSPECT).result().outcome() != Outcome.WAITING_FOR_ORPHAN);

    assertThat(job.query("SELECT count(*) FROM users")).isEqualTo("1");
    assertThat(job.result().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(job.result().reason()).isEqualTo("MayHaveChangedData");
  }

  @Test
  void aSchemaThatFlywayMadeForItselfIsNoTrace() throws Exception {
    job.flyway().defaultSchema = "shop";
    job.withoutFile("V1__tables.sql");
    job.file("V1__fails.sql", "SELECT 1/0;\n");
    MigrationPlanSpec plan = job.plan();

    assertThat(job.run(plan, Step.MIGRATE).exit()).isEqualTo(10);

    assertThat(job.query("SELECT to_regnamespace('shop')")).isEqualTo("shop");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void anIndexThatWasNeverBegunIsUntouched() throws Exception {
    job.file("V2__index.sql", "CREATE INDEX CONCURRENTLY users_id ON users (id);\n");
    MigrationPlanSpec plan = job.plan();

    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aSessionOfTheRunThatIsStillThereIsWaitedFor() throws Exception {
    job.file("V2__change.sql", "ALTER TABLE users ADD COLUMN a int;\n");
    MigrationPlanSpec plan = job.plan();
    // SHA-256 of the migration's UID begins with these digits.
    String name =
        "whimbrel/"
            + dev.whimbrel.protocol.Sha256.hex("5f0c7a52-6f5f-4c38-9f54-1f2f3a0e9b11")
                .substring(0, 8)
            + "/4-1/9";
    try (Connection orphan =
            DriverManager.getConnection(
                RunnerHarness.server().jdbcUrl(job.database())
                    + "?user=postgres&ApplicationName="
                    + name);
        Statement statement = orphan.createStatement()) {
      statement.execute("SELECT 1");

      RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);

      assertThat(inspected.exit()).isEqualTo(20);
      assertThat(inspected.result().outcome()).isEqualTo(Outcome.WAITING_FOR_ORPHAN);
      assertThat(inspected.result().message())
          .containsPattern("pid \\d+ \\(" + name + "\\), idle for \\d+ s");
    }
    await().until(() -> job.run(plan, Step.INSPECT).result().outcome() == Outcome.UNTOUCHED);
  }

  @Test
  void sigtermCancelsInTheDatabaseAndWritesTheResult() throws Exception {
    job.file("V2__change.sql", "ALTER TABLE stop ADD COLUMN a int;\n");
    MigrationPlanSpec plan = job.plan();
    lockStopTable();
    start(plan);
    await().atMost(Duration.ofSeconds(20)).until(this::waits);

    process.destroy();

    assertThat(process.waitFor(15, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(40);
    assertThat(job.result().reason()).isEqualTo("Terminated");
    assertThat(waits()).isFalse();
  }

  private void killWhileItWaits(MigrationPlanSpec plan) throws Exception {
    lockStopTable();
    start(plan);
    await().atMost(Duration.ofSeconds(20)).until(this::waits);
    process.destroyForcibly().waitFor();
  }

  private void lockStopTable() throws SQLException {
    pause = job.connect();
    pause.setAutoCommit(false);
    try (Statement statement = pause.createStatement()) {
      statement.execute("LOCK TABLE stop");
    }
  }

  private void start(MigrationPlanSpec plan) throws IOException {
    job.input(
        input -> input.withGuard(new dev.whimbrel.protocol.RunnerInput.Guard(60_000, 5, 60, 120)));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Runner.class.getName());
    builder.environment().putAll(job.environment(ExpectedPlan.of(plan), null, Step.MIGRATE));
    builder.redirectErrorStream(true).redirectOutput(new File(job.root().toFile(), "log"));
    process = builder.start();
  }

  private boolean waits() {
    return "t"
        .equals(
            job.query(
                "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                    + " WHERE NOT granted AND application_name LIKE 'whimbrel/%'"
                    + " AND datname = current_database())"));
  }
}
