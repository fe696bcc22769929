package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.Continued;
import dev.whimbrel.protocol.RunnerInput.ContinuedRevision;
import dev.whimbrel.runner.StepEnd;
import java.util.List;
import java.util.Optional;

/**
 * Whether a plan is the unexecuted rest of one that was approved and came in part: the same
 * revisions with the same hashes, in the same order, and nothing else. Callbacks are none: they run
 * with the rest again, and the operator compares them.
 */
public final class Continuation {

  private Continuation() {}

  /** The plan that these pending revisions are the rest of. */
  static Optional<ApprovedPlan> of(RunnerInput input, List<PlannedRevision> pending) {
    return Optional.ofNullable(input.continues())
        .filter(earlier -> isEnd(earlier, pending))
        .map(earlier -> new ApprovedPlan(earlier.name(), earlier.uid(), earlier.hash()));
  }

  /**
   * What a plan that was made again lacks of the one that was dispatched as such a rest, as the end
   * of a step that runs nothing; empty where it lacks nothing.
   */
  public static Optional<StepEnd> broken(RunnerInput input, MigrationPlanSpec now) {
    // A Job that plans itself goes on under the gate of its own plan, a rest or not.
    boolean dispatched = input.plan() != null && input.continues() != null;
    return dispatched && now.continues() == null
        ? Optional.of(
            StepEnd.planChanged(
                "StaleContent",
                "what is pending is not the rest of plan "
                    + input.continues().name()
                    + ", whose approval covers it; nothing ran, plan again"))
        : Optional.empty();
  }

  private static boolean isEnd(Continued earlier, List<PlannedRevision> pending) {
    List<ContinuedRevision> all = earlier.revisions();
    List<ContinuedRevision> rest =
        pending.stream()
            .filter(PlannedRevision::leavesTrace)
            .map(revision -> new ContinuedRevision(revision.script(), revision.hash()))
            .toList();
    int begins = all.size() - rest.size();
    return !rest.isEmpty() && begins > 0 && all.subList(begins, all.size()).equals(rest);
  }
}
