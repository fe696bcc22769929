package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.tool.History;
import dev.whimbrel.runner.tool.MigrationTool;
import dev.whimbrel.runner.tool.OpenSource;
import dev.whimbrel.runner.tool.PlanProgress;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Undoes what is in of a plan, by the ways back that were approved with it, under our lock. */
final class Undoing {

  private final Job job;
  private final MigrationTool tool;
  private final ExclusiveSession exclusive;
  private final OpenSource source;

  Undoing(Job job, MigrationTool tool, ExclusiveSession exclusive, OpenSource source) {
    this.job = job;
    this.tool = tool;
    this.exclusive = exclusive;
    this.source = source;
  }

  /**
   * The beginning of the plan, as far as it came.
   *
   * @throws StepFailure where the history does not tell that
   */
  List<ExpectedRevision> whatIsIn(ExpectedPlan plan) throws SQLException {
    return exclusive.readOnly(session -> {
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
    });
  }

  /**
   * Undoes it, newest first. All of it has an approved way back, or nothing runs.
   *
   * @return how the step ends where the guard stopped the work
   * @throws StepFailure where one of them has none, or it failed
   */
  Optional<StepEnd> undo(ExpectedPlan plan, List<ExpectedRevision> in, Duration limit)
      throws SQLException {
    AtomicInteger left = new AtomicInteger(in.size());
    return exclusive.carryOut(
        exclusive.readOnly(session -> source.wayBack(session, plan, in)),
        limit,
        () -> job.report().applied(left.decrementAndGet()));
  }

  /** What the history still says of the plan, as the end of the step; empty where it is undone. */
  Optional<StepEnd> left(ExpectedPlan plan) throws SQLException {
    History history = tool.history(exclusive.session(), Optional.of(plan));
    PlanProgress progress = report(plan, history);
    if (!progress.done().isEmpty()) {
      return permanent(
          "NotUndone",
          progress.done().size()
              + " revisions of the plan are still in the history of "
              + job.databaseName());
    }
    String from = plan.from() == null ? "" : plan.from();
    return history.current().equals(from)
        ? Optional.empty()
        : permanent(
            "OtherHistory",
            "nothing of the plan is in, but "
                + job.databaseName()
                + " is at version \""
                + history.current()
                + "\" instead of \""
                + from
                + "\"");
  }

  private static Optional<StepEnd> permanent(String reason, String message) {
    return Optional.of(StepEnd.permanent(reason, message, null));
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
