package dev.whimbrel.engine;

import java.util.Set;

/**
 * Succeeded, Failed, Rejected, Unresolved. Nothing happens by itself but tidying: what a crash left
 * behind of the end of the run is done again from what is observed. An unresolved run keeps its
 * Lease, so that no other run changes the database before a clean reading.
 */
final class RestingPhase {

  /** States of a plan whose end is not recorded. */
  private static final Set<String> OPEN = Set.of("Pending", "Dispatched");

  private RestingPhase() {}

  static Draft decide(Draft draft) {
    if (draft.phase == Phase.UNRESOLVED) {
      if (Engine.newRetry(draft) && draft.plan != null) {
        return inspectAgain(draft);
      }
      if (Approvals.accepted(draft, "Acknowledge") || Engine.newRetry(draft)) {
        return Runs.begin(draft, "NewRun", "The unresolved run was acknowledged");
      }
    } else if (draft.run.lease != null && draft.world.lease() instanceof World.LeaseView.Ours) {
      draft.effect(new Effect.ReleaseLease(draft.run.lease));
    }
    if (draft.run.job != null
        && draft.world.job() instanceof JobView.Ended ended
        && !ended.owned()) {
      draft.effect(new Effect.AdoptJob(draft.run.job.name()));
    }
    recordPlan(draft);
    if (draft.hasFinalizer()) {
      draft.effect(new Effect.RemoveFinalizer());
    }
    return draft;
  }

  private static void recordPlan(Draft draft) {
    draft
        .world
        .plan()
        .filter(plan -> plan.getStatus() == null || OPEN.contains(plan.getStatus().state()))
        .ifPresent(plan ->
            draft.effect(
                new Effect.RecordPlan(draft.plan.name(), planState(draft), draft.message)));
  }

  private static String planState(Draft draft) {
    return switch (draft.phase) {
      case SUCCEEDED -> "Applied";
      case REJECTED -> "Rejected";
      case UNRESOLVED -> "Unresolved";
      default -> draft.reason.startsWith("Verification") ? "Applied" : "Failed";
    };
  }

  private static Draft inspectAgain(Draft draft) {
    draft.lastHandledRetry = Engine.retry(draft);
    Runs.forgetJob(draft);
    draft.run.dispatched = true;
    return draft.enter(
        Phase.RECOVERING, "InspectingAgain", "A retry was asked for; reading the history again");
  }
}
