package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.testkit.python.NeedsPython;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What fails, and what is in afterwards: the rows of Alembic's table decide. */
@Tag("postgres")
@NeedsPython
class AlembicFailureIT {

  private static final Duration LONG = Duration.ofSeconds(60);

  /** The common pool has one thread on a machine with two cores. */
  private static final Executor THREADS = Thread::startVirtualThread;

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void users() {
    job.sql("a1", null, "CREATE TABLE users (id bigint, name text)", "DROP TABLE users");
    job.alembic("upgrade", "head");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aFailureInALaterRevisionLeavesNothingAndIsToldWithoutData() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint UNIQUE)", "DROP TABLE b");
    job.revision(
        "c1",
        "b1",
        "op.execute(sa.text(\"INSERT INTO b VALUES (:v), (:v)\").bindparams(v=4242))",
        "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("SqlError");
    assertThat(run.result().sqlState()).isEqualTo("23505");
    assertThat(run.result().message())
        .contains(
            "revision c1 (c1.py, line 14): psycopg2.errors.UniqueViolation: duplicate key value"
                + " violates unique constraint \"b_id_key\" (SQLSTATE 23505)")
        .doesNotContain("4242");
    assertThat(run.log()).doesNotContain("already exists");
    assertThat(job.toolLog()).contains("Key (id)=(4242) already exists");

    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.UNTOUCHED);
    assertThat(inspected.result().applied()).isZero();
  }

  @Test
  void withATransactionPerMigrationTheRevisionsBeforeAreInAndTheRestIsPlannedAgain() {
    job.changeEnv("connection=connection", "connection=connection, transaction_per_migration=True");
    job.changeEnv("url=url,", "url=url, transaction_per_migration=True,");
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    job.sql("c1", "b1", "SELECT 1/0", "");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.settings()).containsEntry("transactionPerMigration", "true");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().applied()).isEqualTo(1);
    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(inspected.result().applied()).isEqualTo(1);
    assertThat(inspected.result().message()).contains("up to versions/b1.py; versions/c1.py");

    job.sql("c1", "b1", "CREATE TABLE c (id bigint)", "");
    assertThat(job.plan().revisions()).extracting(PlannedRevision::version).containsExactly("c1");
  }

  @Test
  void halfOfAnAutocommitBlockIsUnknown() {
    job.revision(
        "b1",
        "a1",
        """
        op.execute("ALTER TABLE users ADD COLUMN b int")
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY users_b ON users (b)")
        op.execute("SELECT 1/0")
        """,
        "pass");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.revisions().getFirst().transactional()).isFalse();
    assertThat(plan.online()).isTrue();
    assertThat(plan.findings())
        .extracting(finding -> finding.rule())
        .contains("NotTransactional", "MixesConcurrently");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().sqlState()).isEqualTo("22012");
    assertThat(job.job().query("SELECT to_regclass('users_b')")).isEqualTo("users_b");
    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(inspected.result().reason()).isEqualTo("SchemaDiffers");
  }

  @Test
  void anIndexBuiltConcurrentlyRunsAloneBetweenTransactionalStretches() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    job.revision(
        "c1",
        "b1",
        """
        with op.get_context().autocommit_block():
            op.execute("CREATE INDEX CONCURRENTLY users_name ON users (name)")
        """,
        "op.drop_index('users_name')");
    job.sql("d1", "c1", "CREATE TABLE d (id bigint)", "DROP TABLE d");

    MigrationPlanSpec plan = job.plan();
    assertThat(plan.revisions())
        .extracting(PlannedRevision::transactional)
        .containsExactly(true, false, true);
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.MIGRATED);
    assertThat(run.result().applied()).isEqualTo(3);
    assertThat(run.log())
        .contains("revisions=b1 attempt=1", "revisions=c1 attempt=1 lockTimeoutMillis=0");
  }

  @Test
  void anIndexThatConcurrentlyLeftInvalidIsReportedAndRefusedAfterwards() {
    job.job().execute("INSERT INTO users VALUES (1, 'zoe'), (1, 'zoe')");
    job.revision(
        "b1",
        "a1",
        """
        with op.get_context().autocommit_block():
            op.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_id ON users (id)")
        """,
        "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().reason()).as(run.log() + job.toolLog()).isEqualTo("InvalidIndex");
    assertThat(run.result().message())
        .contains("could not create unique index")
        .contains("left behind is an invalid index: public.users_id");

    MigrationPlanSpec again = job.plan();
    assertThat(again.findings()).extracting(finding -> finding.rule()).contains("InvalidIndex");
    RunnerHarness.Run refused = job.run(again, Step.MIGRATE);
    assertThat(refused.result().reason()).isEqualTo("InvalidIndex");
    assertThat(refused.result().message())
        .contains("IF NOT EXISTS would keep it so", "nothing of it ran");
  }

  @Test
  void successWithoutACommitIsNoSuccess() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    job.changeEnv(
        "        with context.begin_transaction():\n            context.run_migrations()",
        "        connection.begin()\n        context.run_migrations()");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("NothingCommitted");
    assertThat(run.result().message())
        .contains("Alembic reported success and committed nothing", "begin_transaction()");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aConnectionThatCommitsEachStatementIsSaidInThePlanAndMayBeUnknown() {
    job.changeEnv("NullPool)", "NullPool, isolation_level=\"AUTOCOMMIT\")");
    job.sql("b1", "a1", "UPDATE users SET name = 'x'; SELECT 1/0", "");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.findings())
        .extracting(finding -> finding.rule())
        .contains("AutocommitConnection");

    job.run(plan, Step.MIGRATE);

    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.UNKNOWN);
    assertThat(inspected.result().reason()).isEqualTo("MayHaveChangedData");
  }

  @Test
  void aRevisionWhoseFileChangedAfterThePlanDoesNotRun() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    MigrationPlanSpec plan = job.plan();
    job.write("migrations/versions/b1.py", "# touched\n" + read(job, "b1"));

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.result().reason()).isEqualTo("StaleContent");
    assertThat(job.job().query("SELECT to_regclass('b')")).isNull();
  }

  @Test
  void anEnvironmentThatChangedAfterThePlanDoesNotRun() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    MigrationPlanSpec plan = job.plan();
    job.changeEnv("import os\n", "import os\n# touched\n");

    assertThat(job.run(plan, Step.MIGRATE).result().reason()).isEqualTo("StaleContent");
  }

  @Test
  void aTagThatIsPinnedToItsDigestIsStillTheSamePlan() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    MigrationPlanSpec plan = job.image("registry.example:5000/shop:v7").plan();
    job.image("registry.example:5000/shop@sha256:" + "1".repeat(64));

    assertThat(job.run(plan, Step.MIGRATE).result().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void anotherDigestThanThePlannedOneIsNot() {
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
    MigrationPlanSpec plan = job.plan();
    job.image("registry.example/shop@sha256:" + "2".repeat(64));

    assertThat(job.run(plan, Step.MIGRATE).result().reason()).isEqualTo("StaleContent");
  }

  @Test
  void aLockThatIsNotFreeIsWaitedForInSeveralShortAttempts() throws Exception {
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int", "");
    MigrationPlanSpec plan = job.plan();
    try (Connection holder = lockUsers()) {
      CompletableFuture<RunnerHarness.Run> run = inBackground(plan, new StopSignal());
      await().atMost(LONG).until(() -> job.toolLog().contains("LockNotAvailable"));

      holder.rollback();

      assertThat(run.get().result().outcome()).as(run.get().log()).isEqualTo(Outcome.MIGRATED);
      assertThat(run.get().log()).contains("A lock was not free", "attempt=2");
    }
  }

  @Test
  void victimsEndTheToolsSession() throws Exception {
    job.guard(new RunnerInput.Guard(30_000, 1, 120, 120));
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int", "");
    MigrationPlanSpec plan = job.plan();
    try (Connection holder = readUsers();
        Connection first = job.job().connect();
        Connection second = job.job().connect()) {
      CompletableFuture<RunnerHarness.Run> run = inBackground(plan, new StopSignal());
      await().atMost(LONG).until(this::toolWaits);
      CompletableFuture<Void> one = CompletableFuture.runAsync(() -> read(first), THREADS);
      CompletableFuture<Void> two = CompletableFuture.runAsync(() -> read(second), THREADS);

      assertThat(run.get().exit()).as(run.get().log()).isEqualTo(40);
      assertThat(run.get().result().reason()).isEqualTo("GuardStopped");
      one.get();
      two.get();
      holder.rollback();
    }
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aMigrationThatHangsIsStoppedAtTheDeadline() {
    job.guard(new RunnerInput.Guard(1600, 5, 4, 4));
    job.revision("b1", "a1", "op.execute(\"SELECT pg_sleep(600)\")", "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log()).isEqualTo(40);
    assertThat(run.result().reason()).isEqualTo("DeadlineExceeded");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void codeThatHangsOutsideTheDatabaseIsEndedBySignals() {
    job.guard(new RunnerInput.Guard(1600, 5, 3, 3));
    job.revision(
        "b1",
        "a1",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            + "time.sleep(0 if op.get_context().as_sql else 600)",
        "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("DeadlineExceeded");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void theSignalOfThePodCancelsInTheDatabase() {
    job.revision("b1", "a1", "op.execute(\"SELECT pg_sleep(600)\")", "pass");
    MigrationPlanSpec plan = job.plan();
    StopSignal stop = new StopSignal();
    CompletableFuture<RunnerHarness.Run> run = inBackground(plan, stop);
    await().atMost(LONG).until(this::toolSleeps);

    stop.request();

    assertThat(run.join().exit()).as(run.join().log()).isEqualTo(40);
    assertThat(run.join().result().reason()).isEqualTo("Terminated");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aToolThatIsKilledLeavesNothingAndIsWaitedFor() {
    job.revision("b1", "a1", "op.execute(\"SELECT pg_sleep(600)\")", "pass");
    MigrationPlanSpec plan = job.plan();
    CompletableFuture<RunnerHarness.Run> run = inBackground(plan, new StopSignal());
    await().atMost(LONG).until(this::toolSleeps);

    job.shim().descendants().forEach(ProcessHandle::destroyForcibly);
    job.shim().destroyForcibly();

    assertThat(run.join().exit()).as(run.join().log()).isEqualTo(20);
    assertThat(run.join().result().reason()).isEqualTo("ToolGone");
    await()
        .atMost(LONG)
        .until(() -> job.run(plan, Step.INSPECT).result().outcome() == Outcome.UNTOUCHED);
  }

  @Test
  void aSessionThatSomebodyEndedIsNotFought() {
    job.revision("b1", "a1", "op.execute(\"SELECT pg_sleep(600)\")", "pass");
    MigrationPlanSpec plan = job.plan();
    CompletableFuture<RunnerHarness.Run> run = inBackground(plan, new StopSignal());
    await().atMost(LONG).until(this::toolSleeps);

    job.job()
        .execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()");

    assertThat(run.join().exit()).isEqualTo(10);
    assertThat(run.join().result().reason()).isEqualTo("CancelledByHand");
    assertThat(run.join().result().message()).contains("revision b1 (b1.py, line 14)");
  }

  private CompletableFuture<RunnerHarness.Run> inBackground(
      MigrationPlanSpec plan, StopSignal stop) {
    return CompletableFuture.supplyAsync(
        () -> job.run(ExpectedPlan.of(plan), stop, Step.MIGRATE), THREADS);
  }

  private Connection lockUsers() throws SQLException {
    return open("LOCK TABLE users");
  }

  private Connection readUsers() throws SQLException {
    return open("SELECT * FROM users");
  }

  private Connection open(String sql) throws SQLException {
    Connection connection = job.job().connect();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    return connection;
  }

  private static void read(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT * FROM users");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean toolWaits() {
    return "t"
        .equals(
            job.job()
                .query(
                    "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                        + " WHERE NOT granted AND datname = current_database())"));
  }

  private boolean toolSleeps() {
    return "t"
        .equals(
            job.job()
                .query(
                    "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                        + " AND datname = current_database())"));
  }

  private static String read(AlembicHarness job, String id) {
    try {
      return java.nio.file.Files.readString(
          job.job().root().resolve("app/migrations/versions/" + id + ".py"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
