package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.PlanProgress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

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

  StepEnd run() throws SQLException {
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
      List<ExpectedRevision> in = exclusive.readOnly(session -> whatIsIn(session, plan));
      Optional<StepEnd> stopped =
          in.isEmpty() ? Optional.empty() : undo(exclusive, source, plan, in);
      return stopped.isPresent() ? stopped.get() : confirm(exclusive.session(), plan);
    }
  }

  /** The beginning of the plan, as far as it came. */
  private List<ExpectedRevision> whatIsIn(Session session, ExpectedPlan plan) throws SQLException {
    History history = tool.history(session, Optional.of(plan));
    PlanProgress progress = report(plan, history);
    history
        .failedScript()
        .ifPresent(script -> {
          throw refused("FailedRow", "the history says that " + script + " failed half-way");
        });
    progress.revisions().stream()
        .filter(history::contradicts)
        .findFirst()
        .ifPresent(revision -> {
          throw refused(
              "ForeignRevision",
              revision.script() + " is recorded with another content than the plan's");
        });
    progress
        .gap()
        .ifPresent(revision -> {
          throw refused("Gap", revision.script() + " is not recorded, but a later revision is");
        });
    return progress.done();
  }

  private Optional<StepEnd> undo(
      ExclusiveSession exclusive, OpenSource source, ExpectedPlan plan, List<ExpectedRevision> in)
      throws SQLException {
    AtomicInteger left = new AtomicInteger(in.size());
    return exclusive.carryOut(
        exclusive.readOnly(session -> source.wayBack(session, plan, in)),
        Duration.ofSeconds(job.input().guard().deadlineSeconds()),
        () -> job.report().applied(left.decrementAndGet()));
  }

  /** What the history and the catalog say is what happened. */
  private StepEnd confirm(Session session, ExpectedPlan plan) throws SQLException {
    History history = tool.history(session, Optional.of(plan));
    PlanProgress progress = report(plan, history);
    if (!progress.done().isEmpty()) {
      return StepEnd.permanent(
          "NotUndone",
          progress.done().size()
              + " revisions of the plan are still in the history of "
              + job.databaseName(),
          null);
    }
    String from = plan.from() == null ? "" : plan.from();
    if (!history.current().equals(from)) {
      return StepEnd.permanent(
          "OtherHistory",
          "nothing of the plan is in, but "
              + job.databaseName()
              + " is at version \""
              + history.current()
              + "\" instead of \""
              + from
              + "\"",
          null);
    }
    if (!history.fingerprint(session).equals(plan.fingerprint())) {
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

  private PlanProgress report(ExpectedPlan plan, History history) {
    PlanProgress progress = PlanProgress.of(plan, history);
    job.report().plan(plan.hash(), progress.revisions().size());
    job.report().applied(progress.done().size());
    job.report().current(history.current());
    return progress;
  }

  private StepFailure refused(String reason, String what) {
    return StepFailure.permanent(
        reason, what + "; nothing is undone: look at " + job.databaseName());
  }
}
