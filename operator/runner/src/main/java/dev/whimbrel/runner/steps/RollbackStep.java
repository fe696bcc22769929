package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.google.ApplicationTraffic;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Undoes what is in of a plan, newest first, by the ways back that were approved with it, under the
 * same lock and guard as migrating. Either all of it can be undone or nothing runs. Safe to repeat:
 * what is out already is not undone again.
 */
final class RollbackStep {

  private final Job job;
  private final MigrationTool tool;

  RollbackStep(Job job, MigrationTool tool) {
    this.job = job;
    this.tool = tool;
  }

  StepEnd run() throws SQLException, InterruptedException {
    ExpectedPlan plan =
        job.expectedPlan()
            .orElseThrow(
                () -> StepFailure.permanent("NoPlan", "there is no plan to undo: plan first"));
    if (plan.downgrade()) {
      throw StepFailure.permanent(
          "NoWayBack", "the plan is itself a downgrade: migrate to the newer version instead");
    }
    OpenSource source = tool.open();
    try (ExclusiveSession exclusive = ExclusiveSession.open(job)) {
      Undoing undoing = new Undoing(job, tool, exclusive, source);
      List<ExpectedRevision> in = undoing.whatIsIn(plan);
      Optional<ApplicationTraffic> traffic = ApplicationTraffic.of(job);
      if (traffic.isPresent()) {
        // First: what serves now may need what is about to be taken away.
        traffic.get().restore();
      }
      Duration limit = Duration.ofSeconds(job.input().guard().deadlineSeconds());
      Optional<StepEnd> stopped = in.isEmpty() ? Optional.empty() : undoing.undo(plan, in, limit);
      if (stopped.isEmpty()) {
        stopped = undoing.left(plan);
      }
      return stopped.isPresent() ? stopped.get() : confirm(exclusive.session(), plan);
    }
  }

  /** What the catalog says is what happened, too. */
  private StepEnd confirm(Session session, ExpectedPlan plan) throws SQLException {
    History history = tool.history(session, Optional.of(plan));
    if (!history.isAsPlanned(session, plan)) {
      return StepEnd.permanent(
          "SchemaDiffers",
          "nothing of the plan is in the history, but the catalog of "
              + job.databaseName()
              + " is not as it was when the plan was made: what undoes it left a difference, or"
              + " somebody else changed it; compare, and put it right by hand",
          null);
    }
    return StepEnd.done(
        Outcome.ROLLED_BACK,
        "RolledBack",
        "nothing of the plan is in; " + job.databaseName() + " is as it was before");
  }
}
