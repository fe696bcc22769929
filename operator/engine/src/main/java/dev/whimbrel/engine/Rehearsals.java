package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.RunnerResult;
import java.util.Optional;

/**
 * Plans that are carried out, undone and carried out again, in one Job, to try their way back. What
 * is rehearsed is a setting of the plan, so that who approves it approves that too.
 */
final class Rehearsals {

  /** The result of the check that a runner adds where it has rehearsed its plan. */
  private static final String CHECK = "rehearsal";

  private Rehearsals() {}

  /** Why the plan cannot be rehearsed as its settings ask; empty where it can, or need not be. */
  static Optional<String> obstacle(Draft draft) {
    return PlanRecord.known(draft)
        .filter(MigrationPlanSpec::rehearses)
        .flatMap(
            plan -> plan.recorded().stream().filter(revision -> !hasWayBack(revision)).findFirst())
        .map(revision ->
            "spec.rehearse is Downgrade, and "
                + revision.script()
                + " has no way back that can be shown (grade "
                + grade(revision)
                + "): give it one, or set spec.rehearse to None");
  }

  private static boolean hasWayBack(PlannedRevision revision) {
    return revision.undo() != null
        && revision.undo().hash() != null
        && (WayBack.REVERSIBLE.equals(grade(revision))
            || WayBack.WITH_LOSS.equals(grade(revision)));
  }

  private static String grade(PlannedRevision revision) {
    return revision.undo() == null || revision.undo().grade() == null
        ? WayBack.NONE
        : revision.undo().grade();
  }

  /** Whether the plan that is carried out is one that is rehearsed; deleted, as the spec says. */
  static boolean isUnderWay(Draft draft) {
    return draft.plan != null
        && PlanRecord.known(draft).map(MigrationPlanSpec::rehearses).orElse(draft.spec.rehearses());
  }

  /**
   * Whether the plan was to be rehearsed and was not, to the end: every revision is in, and nobody
   * knows whether the way back works.
   */
  static boolean isMissing(Draft draft, RunnerResult result) {
    return isUnderWay(draft)
        && !Boolean.TRUE.equals(result.rehearsed())
        && draft.checks().stream().noneMatch(check -> check.name().equals(CHECK));
  }

  /** All of the plan is in, and it was not rehearsed to the end. */
  static Draft incomplete(Draft draft) {
    String cause = draft.run.cause == null ? "" : draft.run.cause.message() + ". ";
    return VerifyingPhase.failed(
        draft,
        "RehearsalIncomplete",
        cause
            + "Every revision of plan "
            + draft.plan.name()
            + " is in, but it was not rehearsed to the end, so that its way back is not tried; to"
            + " rehearse it, go back to revision "
            + Runs.at(draft.plan.from())
            + " first (allowDowngrade)");
  }
}
