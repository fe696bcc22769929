package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.DatabaseRestoreSpec;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.Durations;
import java.time.Duration;
import java.time.Instant;

/** The state machine of a restore as one pure function. */
public final class RestoreEngine {

  /** A restore begins once: there is no other run whose result could be taken for its own. */
  public static final String RUN = "1";

  private static final Duration DEFAULT_DEADLINE = Duration.ofHours(2);

  private RestoreEngine() {}

  /** How long one Job waits for Cloud SQL. */
  public static Duration deadline(DatabaseRestoreSpec spec) {
    return spec.deadline() == null ? DEFAULT_DEADLINE : Durations.parse(spec.deadline());
  }

  /**
   * Decides what is next.
   *
   * @param world as observed
   * @param now the time of the decision
   */
  public static RestoreDecision decide(RestoreWorld world, Instant now) {
    RestoreDraft draft = new RestoreDraft(world, now);
    RestoreApprovals.judge(draft);
    if (draft.phase == null) {
      return first(draft).decision();
    }
    if (draft.deleted() && !draft.dispatched) {
      return leave(draft).decision();
    }
    return (switch (draft.phase) {
          case PLANNING -> RestorePlanningPhase.decide(draft);
          case AWAITING_APPROVAL -> RestoreApprovalPhase.decide(draft);
          case RESTORING -> RestoringPhase.decide(draft);
          case VERIFYING -> RestoreVerifyingPhase.decide(draft);
          case SUCCEEDED, FAILED, REJECTED, UNRESOLVED -> rest(draft);
        })
        .decision();
  }

  private static RestoreDraft first(RestoreDraft draft) {
    if (draft.world.restore().getStatus() != null) {
      draft.phase = RestorePhase.UNRESOLVED;
      draft.reason = "UnknownPhase";
      draft.message = "status.phase was written by a newer operator; upgrade the operator";
      return draft;
    }
    return draft.deleted()
        ? draft.rest(RestorePhase.FAILED, "Deleted", "It was deleted before it began")
        : draft.enter(RestorePhase.PLANNING, "Planning", "Reading what would be replaced and lost");
  }

  /** Deleted, and Cloud SQL is not at work for it: what it holds is given back. */
  private static RestoreDraft leave(RestoreDraft draft) {
    if (draft.phase == RestorePhase.VERIFYING || draft.phase.resting()) {
      return tidy(draft);
    }
    draft.closePlan("Superseded", "The DatabaseRestore was deleted");
    giveBack(draft);
    return draft;
  }

  private static RestoreDraft rest(RestoreDraft draft) {
    if (draft.phase == RestorePhase.UNRESOLVED) {
      draft.closePlan("Unresolved", draft.message);
      return RestoreApprovals.isAcknowledged(draft)
          ? draft.rest(
              RestorePhase.FAILED,
              "Acknowledged",
              "A person has looked at instance "
                  + draft.instance
                  + " and closed the restore. Before that: "
                  + draft.message)
          : draft;
    }
    return tidy(draft);
  }

  /** What the end leaves to do, from what is observed. The finalizer goes last. */
  static RestoreDraft tidy(RestoreDraft draft) {
    draft.closePlan(draft.planState(), draft.message);
    giveBack(draft);
    return draft;
  }

  static void giveBack(RestoreDraft draft) {
    if (draft.world.lease() instanceof World.LeaseView.Ours) {
      draft.effect(new Effect.ReleaseLease(draft.lease(), draft.uid()));
    }
    if (draft.hasFinalizer()) {
      draft.effect(new Effect.RemoveFinalizer());
    }
  }
}
