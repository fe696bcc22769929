package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.AdvisoryLock;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.ServerRestart;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.flyway.Execution;
import dev.whimbrel.runner.flyway.ExpectedPlans;
import dev.whimbrel.runner.flyway.FlywaySource;
import dev.whimbrel.runner.flyway.HistoryTable;
import dev.whimbrel.runner.flyway.PlanComparison;
import dev.whimbrel.runner.flyway.Planner;
import dev.whimbrel.runner.flyway.RenderedPlan;
import dev.whimbrel.runner.flyway.RevisionRunner;
import dev.whimbrel.runner.guard.Guard;
import dev.whimbrel.runner.guard.LockLadder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out the plan that was decided on, or nothing: under our lock the plan is made again and
 * compared, then executed revision by revision on the session that holds the lock. What is in, the
 * history says.
 */
final class MigrateStep {

  private final Job job;

  MigrateStep(Job job) {
    this.job = job;
  }

  StepEnd run() throws SQLException {
    ExpectedPlan expected =
        job.expectedPlan()
            .orElseThrow(
                () -> StepFailure.permanent("NoPlan", "there is no plan to carry out: plan first"));
    List<ExpectedRevision> revisions = ExpectedPlans.recorded(expected);
    if (job.input().plan() != null) {
      job.report().plan(expected.hash(), revisions.size());
    }
    if (revisions.isEmpty()) {
      return StepEnd.done(Outcome.MIGRATED, "NothingPending", "nothing is pending");
    }
    FlywaySource source = FlywaySource.read(job);
    Connections connections = Connections.of(job);
    try (Session session = connections.readWrite()) {
      Session watcher = connections.watcher();
      try {
        Preflight.require(job, session, watcher);
        AdvisoryLock.take(job, session);
        RenderedPlan plan = plan(session, source, connections.pointInTimeRecovery());
        Optional<StepEnd> changed = PlanComparison.difference(expected, plan);
        if (changed.isPresent()) {
          watcher.close();
          return changed.get();
        }
        return migrate(plan, revisions, session, watcher, connections);
      } catch (SQLException | RuntimeException e) {
        watcher.close();
        throw e;
      }
    }
  }

  private RenderedPlan plan(Session session, FlywaySource source, Boolean pointInTimeRecovery)
      throws SQLException {
    session.set("default_transaction_read_only", "on");
    try {
      RenderedPlan plan = new Planner(job, source).planAgain(session, pointInTimeRecovery);
      if (Risk.of(plan.spec().risk()) == Risk.UNSAFE) {
        throw StepFailure.permanent(
            "Unsafe", "the plan must not run: " + String.join("; ", plan.spec().riskReasons()));
      }
      return plan;
    } finally {
      session.set("default_transaction_read_only", "off");
    }
  }

  private StepEnd migrate(
      RenderedPlan plan,
      List<ExpectedRevision> revisions,
      Session session,
      Session watcher,
      Connections connections)
      throws SQLException {
    LockLadder ladder =
        LockLadder.of(
            job.input().guard().lockTimeoutMillis(), LockLadder.deadlockTimeoutMillis(session));
    ServerRestart restart = ServerRestart.since(session, connections);
    AtomicInteger done = new AtomicInteger();
    job.report().restorePoint(restorePoint(session));
    try (Guard guard = new Guard(job, connections, watcher, session, limit(plan))) {
      RevisionRunner runner = new RevisionRunner(job, session, guard, ladder, restart);
      try {
        new Execution(job, plan, session, runner)
            .run(() -> job.report().applied(done.incrementAndGet()));
      } catch (SQLException e) {
        // A cancel of the guard may hit a question of ours between two revisions.
        if (guard.cause().isPresent()) {
          return guard.explain("");
        }
        throw e;
      }
    }
    return confirm(session, revisions);
  }

  /** What the history says is what happened. */
  private StepEnd confirm(Session session, List<ExpectedRevision> revisions) throws SQLException {
    HistoryTable history = HistoryTable.read(job, session);
    long recorded = revisions.stream().filter(history::records).count();
    job.report().applied((int) recorded);
    job.report().current(history.current());
    if (recorded < revisions.size()) {
      throw StepFailure.permanent(
          "NotRecorded",
          "Flyway reported success, but only "
              + recorded
              + " of "
              + revisions.size()
              + " revisions are in the history of "
              + job.databaseName());
    }
    return StepEnd.done(
        Outcome.MIGRATED,
        "Migrated",
        recorded
            + " revisions are in; "
            + job.databaseName()
            + " is at version "
            + history.current());
  }

  private Duration limit(RenderedPlan plan) {
    RunnerInput.Guard guard = job.input().guard();
    return Duration.ofSeconds(
        Boolean.TRUE.equals(plan.spec().online())
            ? guard.onlineDeadlineSeconds()
            : guard.deadlineSeconds());
  }

  private static String restorePoint(Session session) throws SQLException {
    return session
        .text(
            "SELECT pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC',"
                + " 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        .orElseThrow();
  }
}
