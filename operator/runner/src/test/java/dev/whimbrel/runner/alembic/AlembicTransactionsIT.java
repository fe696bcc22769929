package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether a revision was one transaction is seen while it runs, not read from its text. */
@Tag("postgres")
@NeedsPython
class AlembicTransactionsIT {

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void oneUser() {
    job.toolEnvironment("PYTHONPATH", job.job().root().resolve("app").toString());
    job.sql(
        "a1",
        null,
        "CREATE TABLE users (id bigint, name text); INSERT INTO users VALUES (1, 'zoe')",
        "DROP TABLE users");
    job.alembic("upgrade", "head");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aHelperThatCommitsHalfWayLeavesNobodyInTheBeliefThatNothingIsIn() {
    MigrationPlanSpec plan = planToFill("raise ValueError(\"half way\")");
    assertThat(plan.revisions()).allMatch(PlannedRevision::transactional);

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().kind()).isEqualTo(Kind.UNCLEAR);
    assertThat(run.result().reason()).isEqualTo("NotOneTransaction");
    assertThat(run.result().message())
        .contains("committed once, but recorded 0 revisions")
        .contains("ValueError: half way");
    assertThat(job.job().query("SELECT name FROM users")).isEqualTo("first");
    // By history and catalog alone nothing is in: that is why the runner beside it has to see it.
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void whatWasCommittedHalfWayIsNotTriedAgain() throws Exception {
    job.guard(new RunnerInput.Guard(400, 5, 60, 60));
    job.job().execute("CREATE TABLE other (id int)");
    MigrationPlanSpec plan = planToFill("bind.execute(sa.text(\"ALTER TABLE other ADD b int\"))");
    try (Connection holder = job.job().connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE other");

      RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

      assertThat(run.result().reason()).as(run.log()).isEqualTo("NotOneTransaction");
      assertThat(run.result().sqlState()).isEqualTo("55P03");
      assertThat(run.log()).contains("attempt=1 lock").doesNotContain("attempt=2 lock");
    }
  }

  @Test
  void aFailureWithinOneTransactionIsJustAFailure() {
    job.sql("b1", "a1", "UPDATE users SET name = 'x'; SELECT pg_sleep(0.3); SELECT 1/0", "");
    MigrationPlanSpec plan = job.plan();

    assertThat(job.run(plan, Step.MIGRATE).result().kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void aTransactionPerMigrationIsAsManyAsAreRecorded() {
    job.changeEnv("connection=connection", "connection=connection, transaction_per_migration=True");
    job.changeEnv("url=url,", "url=url, transaction_per_migration=True,");
    job.sql("b1", "a1", "UPDATE users SET name = 'x'; SELECT pg_sleep(0.3)", "");
    job.sql("c1", "b1", "UPDATE users SET name = 'y'; SELECT pg_sleep(0.3)", "");
    job.sql("d1", "c1", "UPDATE users SET name = 'z'; SELECT pg_sleep(0.3); SELECT 1/0", "");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().kind()).as(run.result().message()).isEqualTo(Kind.PERMANENT);
    assertThat(run.result().applied()).isEqualTo(2);
  }

  @Test
  void whereTransactionsAreHiddenThePlanSaysSoAndAFailureIsUnclear() {
    job.job()
        .execute(
            "DROP ROLE IF EXISTS looker; CREATE ROLE looker LOGIN;"
                + " GRANT SELECT ON alembic_version TO looker");
    try {
      job.job()
          .environment(
              RunnerInput.URL_VARIABLE,
              "postgresql://looker@127.0.0.1:"
                  + RunnerHarness.server().port()
                  + "/"
                  + job.job().database());
      job.sql("b1", "a1", "UPDATE users SET name = 'x'; SELECT pg_sleep(0.3); SELECT 1/0", "");
      MigrationPlanSpec plan = job.plan();
      assertThat(plan.findings()).extracting(Finding::rule).contains("HiddenSessions");
      assertThat(plan.findings().toString()).contains("GRANT pg_read_all_stats TO looker");

      RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

      assertThat(run.result().kind()).as(run.log()).isEqualTo(Kind.UNCLEAR);
      assertThat(run.result().reason()).isEqualTo("HiddenTransactions");
    } finally {
      job.job().execute("DROP OWNED BY looker; DROP ROLE looker");
    }
  }

  /** A revision whose helper commits, and then does something else. */
  private MigrationPlanSpec planToFill(String then) {
    job.write(
        "backfill.py",
        """
        import sqlalchemy as sa


        def fill(bind):
            bind.execute(sa.text("UPDATE users SET name = 'first'"))
            bind.execute(sa.text("SELECT pg_sleep(0.3)"))
            bind.connection.dbapi_connection.commit()
            bind.execute(sa.text("UPDATE users SET name = 'second'"))
            bind.execute(sa.text("SELECT pg_sleep(0.3)"))
            %s
        """
            .formatted(then));
    job.revision("b1", "a1", "from backfill import fill\nfill(op.get_bind())", "pass");
    return job.plan();
  }
}
