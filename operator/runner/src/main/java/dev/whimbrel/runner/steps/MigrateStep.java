package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.google.ApplicationTraffic;
import dev.whimbrel.runner.tool.Continuation;
import dev.whimbrel.runner.tool.ExpectedPlans;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.PlanComparison;
import dev.whimbrel.runner.tool.PlanProgress;
import dev.whimbrel.runner.tool.RenderedPlan;
import dev.whimbrel.runner.verify.BaselineReader;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out the plan that was decided on, or nothing: under our lock the plan is made again and
 * compared, then executed revision by revision. What is in, the history says.
 */
final class MigrateStep {

  private final Job job;
  private final MigrationTool tool;

  MigrateStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException, InterruptedException {
    ExpectedPlan expected =
        job.expectedPlan()
            .orElseThrow(
                () -> StepFailure.permanent("NoPlan", "there is no plan to carry out: plan first"));
    int revisions = ExpectedPlans.recorded(expected).size();
    if (job.input().plan() != null) {
      job.report().plan(expected.hash(), revisions);
    }
    if (revisions == 0) {
      return StepEnd.done(Outcome.MIGRATED, "NothingPending", "nothing is pending");
    }
    OpenSource source = tool.open();
    try (ExclusiveSession exclusive = ExclusiveSession.open(job)) {
      Instant began = job.clock().instant();
      BaselineReader baseline = new BaselineReader(job);
      baseline.read();
      Duration measuring = Duration.between(began, job.clock().instant());
      RenderedPlan plan =
          exclusive.readOnly(
              session -> plan(source, session, exclusive.pointInTimeRecovery(), expected));
      Optional<StepEnd> changed =
          PlanComparison.difference(expected, plan.spec())
              .or(() -> Continuation.broken(job.input(), plan.spec()));
      if (changed.isPresent()) {
        return changed.get();
      }
      Instant known = job.clock().instant();
      baseline.read(plan.spec());
      traffic(expected);
      measuring = measuring.plus(Duration.between(known, job.clock().instant()));
      return migrate(exclusive, source, plan, expected, limit(plan).minus(measuring));
    }
  }

  private static RenderedPlan plan(
      OpenSource source, Session session, Boolean pointInTimeRecovery, ExpectedPlan expected)
      throws SQLException {
    RenderedPlan plan = source.planAgain(session, pointInTimeRecovery, expected);
    if (Risk.of(plan.spec().risk()) == Risk.UNSAFE) {
      throw StepFailure.permanent(
          "Unsafe", "the plan must not run: " + String.join("; ", plan.spec().riskReasons()));
    }
    return plan;
  }

  /** On the way forth who serves is recorded; on a way back the traffic goes before the schema. */
  private void traffic(ExpectedPlan expected) throws InterruptedException {
    Optional<ApplicationTraffic> traffic = ApplicationTraffic.of(job);
    if (traffic.isEmpty()) {
      return;
    }
    if (!expected.downgrade()) {
      traffic.get().record();
    } else if (traffic.get().isRecordedAt(expected.to())) {
      traffic.get().restore();
    }
  }

  private StepEnd migrate(
      ExclusiveSession exclusive,
      OpenSource source,
      RenderedPlan plan,
      ExpectedPlan expected,
      Duration limit)
      throws SQLException {
    AtomicInteger done = new AtomicInteger();
    job.report().restorePoint(RestorePoints.before(job, exclusive));
    Optional<StepEnd> stopped =
        expected.rehearses()
            ? new Rehearsal(job, tool, exclusive, source).run(plan, expected, limit)
            : exclusive.carryOut(plan, limit, () -> job.report().applied(done.incrementAndGet()));
    return stopped.isPresent() ? stopped.get() : confirm(exclusive.session(), expected);
  }

  /** What the history says is what happened. */
  private StepEnd confirm(Session session, ExpectedPlan expected) throws SQLException {
    History history = tool.history(session, Optional.of(expected));
    PlanProgress progress = PlanProgress.of(expected, history);
    job.report().applied(progress.done().size());
    job.report().current(history.current());
    if (!progress.isComplete()) {
      throw StepFailure.permanent(
          "NotRecorded",
          tool.name()
              + " reported success, but only "
              + progress.done().size()
              + " of "
              + progress.revisions().size()
              + " revisions are in the history of "
              + job.databaseName());
    }
    return StepEnd.done(
        Outcome.MIGRATED,
        "Migrated",
        progress.done().size()
            + (expected.downgrade() ? " revisions are undone; " : " revisions are in; ")
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
}
