package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.Step;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An ordinary user who logs in and takes the role that owns the schema: neither is a superuser, and
 * the role may not see or end sessions of the user.
 */
@Tag("postgres")
class RoleIT {

  private final RunnerHarness job = new RunnerHarness();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String owner = "schema_" + job.database();
  private final String login = "login_" + job.database();

  @BeforeEach
  void ordinaryUser() {
    RunnerHarness.server().createRole(owner, "unused");
    RunnerHarness.server().createRole(login, "unused");
    job.execute("GRANT " + owner + " TO " + login + " WITH INHERIT FALSE");
    job.execute("ALTER DATABASE " + job.database() + " OWNER TO " + owner);
    job.environment(RunnerInput.USER_VARIABLE, login);
    job.environment(RunnerInput.PASSWORD_VARIABLE, "unused");
    job.input(input -> with(input, new RunnerInput.Guard(60_000, 2, 60, 120)));
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.migrate();
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    job.close();
  }

  @Test
  void thePlanLeavesOutWhatTheUserMayNotRead() {
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");

    job.execute("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.database().systemIdentifier()).isNull();
    assertThat(plan.database().oid()).isPositive();
    assertThat(plan.facts()).anyMatch(fact -> fact.contains("GRANT pg_monitor"));
  }

  @Test
  void theDeadlineCancelsInTheDatabase() {
    job.input(input -> with(input, new RunnerInput.Guard(1600, 5, 2, 120)));
    job.file("V2__slow.sql", "SELECT pg_sleep(60);\n");

    RunnerHarness.Run end = job.run(job.plan(), Step.MIGRATE);

    assertThat(end.result().reason()).as(end.log()).isEqualTo("DeadlineExceeded");
    assertThat(end.log()).doesNotContain("permission denied");
  }

  @Test
  void theGuardSeesVictimsAndStops() throws Exception {
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    MigrationPlanSpec plan = job.plan();
    List<Connection> others = new ArrayList<>();
    try {
      others.add(job.connect());
      others.getFirst().setAutoCommit(false);
      select(others.getFirst());
      Future<RunnerHarness.Run> run =
          threads.submit(
              () -> job.run(ExpectedPlan.of(plan), null, new StopSignal(), Step.MIGRATE));
      await().until(() -> "1".equals(job.query("SELECT count(*) FROM pg_locks WHERE NOT granted")));
      for (int i = 0; i < 3; i++) {
        Connection reader = job.connect();
        others.add(reader);
        threads.execute(() -> select(reader));
      }

      assertThat(run.get().result().reason()).as(run.get().log()).isEqualTo("GuardStopped");
    } finally {
      for (Connection other : others) {
        other.close();
      }
    }
  }

  @Test
  void anOrphanIsSeenAlthoughItHasTakenTheRole() throws Exception {
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    MigrationPlanSpec plan = job.plan();
    String name = dev.whimbrel.runner.database.Connections.runPrefix(job.job(Step.PLAN).input());
    try (Connection orphan =
            DriverManager.getConnection(
                RunnerHarness.server().jdbcUrl(job.database())
                    + ("?user=" + login + "&ApplicationName=" + name + "1"));
        Statement statement = orphan.createStatement()) {
      statement.execute("SET ROLE " + owner);

      assertThat(job.run(plan, Step.INSPECT).result().outcome())
          .isEqualTo(Outcome.WAITING_FOR_ORPHAN);
    }
  }

  @Test
  void anOrphanOfAnotherUserIsSeenByItsLock() throws Exception {
    job.file("V2__slow.sql", "SELECT pg_sleep(60);\n");
    MigrationPlanSpec plan = job.plan();
    job.environment(RunnerInput.USER_VARIABLE, "postgres");
    StopSignal stop = new StopSignal();
    Future<RunnerHarness.Run> orphan =
        threads.submit(() -> job.run(ExpectedPlan.of(plan), null, stop, Step.MIGRATE));
    await()
        .until(() ->
            "1"
                .equals(
                    job.query(
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
                            + " '%pg_sleep(60)%' AND state = 'active'"
                            + " AND pid <> pg_backend_pid()")));
    job.environment(RunnerInput.USER_VARIABLE, login);

    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);

    assertThat(inspected.result().outcome()).isEqualTo(Outcome.WAITING_FOR_ORPHAN);
    assertThat(inspected.result().message()).containsPattern("pid \\d+");
    stop.request();
    orphan.get();
  }

  private RunnerInput with(RunnerInput input, RunnerInput.Guard guard) {
    RunnerInput.Database database = input.database();
    return input
        .withDatabase(
            new RunnerInput.Database(
                null, database.host(), database.port(), database.database(), "disable", owner))
        .withGuard(guard);
  }

  private static void select(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT * FROM users");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
