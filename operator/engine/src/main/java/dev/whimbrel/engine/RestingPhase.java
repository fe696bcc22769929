package dev.whimbrel.engine;

import java.util.List;

/**
 * Succeeded, Failed, Rejected, RolledBack, Unresolved. Nothing happens by itself but tidying: what
 * a crash left behind of the end of the run is done again from what is observed. An unresolved run
 * keeps its Lease, so that no other run changes the database before a clean reading.
 */
final class RestingPhase {

  private RestingPhase() {}

  static Draft decide(Draft draft) {
    if (draft.phase == Phase.UNRESOLVED) {
      if (Engine.newRetry(draft) && draft.plan != null) {
        return inspectAgain(draft);
      }
      if (Approvals.accepted(draft, "Acknowledge") || Engine.newRetry(draft)) {
        return Runs.begin(draft, "NewRun", "The unresolved run was acknowledged");
      }
    }
    Rollouts.look(draft);
    return tidy(draft);
  }

  /** What the end of a run leaves to do, from what is observed. The finalizer goes last. */
  static Draft tidy(Draft draft) {
    if (draft.run.job != null
        && draft.world.job() instanceof JobView.Ended ended
        && !ended.owned()) {
      draft.effect(new Effect.AdoptJob(draft.run.job.name()));
    }
    recordPlan(draft);
    if (draft.phase == Phase.UNRESOLVED) {
      Runs.removeFinalizer(draft);
    } else {
      Runs.giveBack(draft);
    }
    return draft;
  }

  private static void recordPlan(Draft draft) {
    String state = planState(draft);
    draft
        .world
        .plan()
        .filter(plan -> plan.getStatus() == null || !state.equals(plan.getStatus().state()))
        .ifPresent(plan ->
            draft.effect(
                new Effect.RecordPlan(
                    draft.plan.name(), state, draft.message, draft.checks(), List.of())));
  }

  private static String planState(Draft draft) {
    return switch (draft.phase) {
      case SUCCEEDED -> "Applied";
      case REJECTED -> "Expired".equals(draft.reason) ? "Expired" : "Rejected";
      case ROLLED_BACK -> "RolledBack";
      case UNRESOLVED -> "Unresolved";
      default ->
          VerifyingPhase.ended(draft)
              ? "Applied"
              : draft.reason.startsWith("Stale") ? "Superseded" : "Failed";
    };
  }

  private static Draft inspectAgain(Draft draft) {
    draft.lastHandledRetry = Engine.retry(draft);
    Runs.forgetJob(draft);
    draft.run.dispatched = true;
    return draft.enter(
        draft.run.rollback == null ? Phase.RECOVERING : Phase.ROLLING_BACK,
        "InspectingAgain",
        "A retry was asked for; reading the history again");
  }
}
