package dev.whimbrel.runner.tool;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import java.util.List;
import java.util.Optional;

/**
 * How far a plan has come, by the history.
 *
 * @param revisions those that leave a trace in the history, in the order of the plan
 * @param done which of them are in; of a downgrade, which are out
 */
public record PlanProgress(List<ExpectedRevision> revisions, List<ExpectedRevision> done) {

  public PlanProgress {
    revisions = List.copyOf(revisions);
    done = List.copyOf(done);
  }

  /** The progress of a plan. */
  public static PlanProgress of(ExpectedPlan plan, History history) {
    List<ExpectedRevision> revisions = ExpectedPlans.recorded(plan);
    return new PlanProgress(
        revisions, revisions.stream().filter(revision -> isDone(revision, plan, history)).toList());
  }

  private static boolean isDone(ExpectedRevision revision, ExpectedPlan plan, History history) {
    return plan.downgrade()
        ? !history.records(revision) && !history.contradicts(revision)
        : history.records(revision);
  }

  /** Whether all of it is done. */
  public boolean isComplete() {
    return done.size() == revisions.size();
  }

  /** A revision that is not done although a later one is: nobody can say how that came about. */
  public Optional<ExpectedRevision> gap() {
    return revisions.stream()
        .limit(done.size())
        .filter(revision -> !done.contains(revision))
        .findFirst();
  }
}
