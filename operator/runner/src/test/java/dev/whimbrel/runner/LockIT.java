package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.testkit.postgres.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Locks of others, our own lock timeouts, the guard and the deadline. */
@Tag("postgres")
class LockIT {

  private final RunnerHarness job = new RunnerHarness();
  private final List<Connection> others = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @BeforeEach
  void oneTable() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.migrate();
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
  }

  @AfterEach
  void close() throws SQLException {
    threads.shutdownNow();
    for (Connection other : others) {
      other.close();
    }
    job.close();
  }

  @Test
  void triesAgainUntilTheLockIsFree() throws Exception {
    MigrationPlanSpec plan = job.plan();
    Connection reader = holdTable();

    Future<RunnerHarness.Run> run = start(plan);
    await().until(() -> waiting() > 0);
    await().until(() -> waiting() == 0);
    reader.rollback();

    RunnerHarness.Run end = run.get();
    assertThat(end.result().outcome()).as(end.log()).isEqualTo(Outcome.MIGRATED);
    assertThat(end.log())
        .contains("A lock was not free; trying again")
        .contains("lockTimeoutMillis=200");
    assertThat(job.query("SELECT count(*) FROM flyway_schema_history WHERE version = '2'"))
        .isEqualTo("1");
  }

  @Test
  void givesUpWhereTheLockIsNeverFreeAndLeavesNothing() throws Exception {
    job.input(input -> input.withGuard(new RunnerInput.Guard(80, 5, 60, 120)));
    MigrationPlanSpec plan = job.plan();
    holdTable();

    RunnerHarness.Run end = job.run(plan, Step.MIGRATE);

    assertThat(end.exit()).isEqualTo(20);
    assertThat(end.result().kind()).isEqualTo(RunnerResult.Kind.TRANSIENT);
    assertThat(end.result().reason()).isEqualTo("LockTimeout");
    assertThat(end.result().sqlState()).isEqualTo("55P03");
    assertThat(end.result().message()).contains("V2__email.sql, line 1");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
    assertThat(plan.findings())
        .extracting(finding -> finding.rule())
        .contains("LockTimeoutBelowDeadlockTimeout");
  }

  @Test
  void stopsWhenMoreSessionsWaitForItThanAllowed() throws Exception {
    job.input(input -> input.withGuard(new RunnerInput.Guard(60_000, 5, 60, 120)));
    MigrationPlanSpec plan = job.plan();
    holdTable();
    Future<RunnerHarness.Run> run = start(plan);
    await().until(() -> waiting() > 0);

    List<Future<?>> readers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Connection reader = job.connect();
      others.add(reader);
      readers.add(threads.submit(() -> select(reader)));
    }

    RunnerHarness.Run end = run.get();
    for (Future<?> reader : readers) {
      reader.get();
    }
    assertThat(end.exit()).isEqualTo(40);
    assertThat(end.result().kind()).isEqualTo(RunnerResult.Kind.STOPPED);
    assertThat(end.result().reason()).isEqualTo("GuardStopped");
    assertThat(end.result().message()).contains("6 sessions waited");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void cancelsInTheDatabaseAtItsDeadline() {
    job.input(input -> input.withGuard(new RunnerInput.Guard(1600, 5, 2, 120)));
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run end = job.run(plan, Step.MIGRATE);

    assertThat(end.exit()).isEqualTo(40);
    assertThat(end.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
    assertThat(end.result().reason()).isEqualTo("DeadlineExceeded");
    assertThat(
            job.query(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <>"
                    + " pg_backend_pid()"))
        .isEqualTo("0");
  }

  @Test
  void takesSomebodyElsesCancelForAPersonsHand() throws Exception {
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec plan = job.plan();

    Future<RunnerHarness.Run> run = start(plan);
    await()
        .until(() ->
            "t"
                .equals(
                    job.query(
                        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE"
                            + " '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state ="
                            + " 'active'")));

    RunnerHarness.Run end = run.get();
    assertThat(end.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
    assertThat(end.result().reason()).isEqualTo("CancelledByHand");
  }

  @Test
  void leavesASessionThatIsOutOfReachAtItsDeadline() throws Exception {
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    try (TcpProxy proxy = TcpProxy.start("127.0.0.1", 0, RunnerHarness.server().port())) {
      job.input(input ->
          input
              .withDatabase(
                  new RunnerInput.Database(
                      null, "127.0.0.1", proxy.port(), job.database(), "disable", null))
              .withGuard(new RunnerInput.Guard(1600, 5, 4, 120)));
      MigrationPlanSpec plan = job.plan();
      Future<RunnerHarness.Run> run = start(plan);
      await().until(() -> sleeping() > 0);
      proxy.hang();

      RunnerHarness.Run end = run.get(60, TimeUnit.SECONDS);
      assertThat(end.exit()).isEqualTo(40);
      assertThat(end.result().reason()).isEqualTo("DeadlineExceeded");
    }
    await().until(() -> sleeping() == 0);
  }

  @Test
  void aServerThatGoesDownIsNotTakenForAPersonsHand() throws Exception {
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec plan = job.plan();
    Future<RunnerHarness.Run> run = start(plan);
    await().until(() -> sleeping() > 0);

    RunnerHarness.server().restart();

    RunnerHarness.Run end = run.get();
    assertThat(end.exit()).as(end.log()).isEqualTo(20);
    assertThat(end.result().kind()).isEqualTo(RunnerResult.Kind.TRANSIENT);
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void cancelsInTheDatabaseWhenThePodIsToldToEnd() throws Exception {
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec plan = job.plan();
    StopSignal stop = new StopSignal();

    Future<RunnerHarness.Run> run = start(plan, stop);
    await().until(() -> sleeping() > 0);
    stop.request();

    RunnerHarness.Run end = run.get();
    assertThat(end.exit()).isEqualTo(40);
    assertThat(end.result().reason()).isEqualTo("Terminated");
    assertThat(sleeping()).isZero();
  }

  @Test
  void runsNothingWhileAnotherRunnerHasTheLock() throws Exception {
    MigrationPlanSpec plan = job.plan();
    job.file("V2__email.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec sleeper = job.plan();
    StopSignal stop = new StopSignal();
    Future<RunnerHarness.Run> first = start(sleeper, stop);
    await().until(() -> sleeping() > 0);

    RunnerHarness.Run second = job.run(plan, Step.MIGRATE);

    stop.request();
    first.get();
    assertThat(second.exit()).isEqualTo(20);
    assertThat(second.result().reason()).isEqualTo("LockHeld");
    assertThat(second.result().message())
        .containsPattern("pid \\d+ \\(whimbrel/[0-9a-f]{8}/4-1/\\d+\\)");
  }

  @Test
  void buildsAnIndexConcurrentlyBesideAnIdleTransaction() throws Exception {
    job.file("V2__email.sql", "CREATE INDEX CONCURRENTLY users_id ON users (id);\n");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.risk()).isEqualTo("Low");
    assertThat(plan.online()).isTrue();
    assertThat(plan.revisions().getFirst().transactional()).isFalse();
    // A snapshot that CONCURRENTLY has to wait for, for longer than any rung of the ladder.
    Connection idle = holdTable();

    Future<RunnerHarness.Run> run = start(plan);
    await().until(() -> waiting() > 0);
    await().during(java.time.Duration.ofSeconds(2)).until(() -> waiting() > 0);
    idle.rollback();

    RunnerHarness.Run end = run.get();
    assertThat(end.result().outcome()).as(end.log()).isEqualTo(Outcome.MIGRATED);
    assertThat(job.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_id'::regclass"))
        .isEqualTo("t");
  }

  @Test
  void namesAnInvalidIndexThatIsLeftBehind() {
    job.execute("INSERT INTO users VALUES (1)");
    job.execute("ALTER TABLE users ADD COLUMN name text");
    job.execute("INSERT INTO users VALUES (2, 'same'), (3, 'same')");
    job.file("V2__email.sql", "CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name);\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run end = job.run(plan, Step.MIGRATE);

    assertThat(end.exit()).isEqualTo(10);
    assertThat(end.result().reason()).isEqualTo("InvalidIndex");
    assertThat(end.result().message())
        .contains("public.users_name")
        .contains("DROP INDEX CONCURRENTLY")
        .doesNotContain("same");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void doesNotLetIfNotExistsBlessAnInvalidIndex() {
    job.execute("ALTER TABLE users ADD COLUMN name text");
    job.execute("INSERT INTO users VALUES (2, 'same'), (3, 'same')");
    try {
      job.execute("CREATE UNIQUE INDEX CONCURRENTLY users_name ON users (name)");
    } catch (IllegalStateException expected) {
      assertThat(
              job.query(
                  "SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_name'::regclass"))
          .isEqualTo("f");
    }
    job.file(
        "V2__email.sql",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);\n");
    MigrationPlanSpec plan = job.plan();
    assertThat(plan.findings()).extracting(finding -> finding.rule()).contains("InvalidIndex");

    RunnerHarness.Run end = job.run(plan, Step.MIGRATE);

    assertThat(end.exit()).isEqualTo(10);
    assertThat(end.result().reason()).isEqualTo("InvalidIndex");
    assertThat(end.result().message()).contains("IF NOT EXISTS would keep it so");
    assertThat(job.query("SELECT count(*) FROM flyway_schema_history WHERE version = '2'"))
        .isEqualTo("0");
  }

  private Future<RunnerHarness.Run> start(MigrationPlanSpec plan) {
    return start(plan, new StopSignal());
  }

  private Future<RunnerHarness.Run> start(MigrationPlanSpec plan, StopSignal stop) {
    return threads.submit(
        () -> job.run(RunnerInput.ExpectedPlan.of(plan), null, stop, Step.MIGRATE));
  }

  /** A session that read the table in a transaction and does not end it. */
  private Connection holdTable() throws SQLException {
    Connection holder = job.connect();
    others.add(holder);
    holder.setAutoCommit(false);
    select(holder);
    return holder;
  }

  private static void select(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT * FROM users");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private int waiting() {
    return Integer.parseInt(
        job.query(
            "SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE NOT granted AND application_name LIKE 'whimbrel/%'"
                + " AND datname = current_database()"));
  }

  private int sleeping() {
    return Integer.parseInt(
        job.query(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
                + " AND state = 'active' AND pid <> pg_backend_pid()"));
  }
}
