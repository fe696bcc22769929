package dev.whimbrel.engine.restore;

import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.World;
import dev.whimbrel.engine.restore.RestoreAttempts.Attempt;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.Optional;

/**
 * Restoring. Before dispatch it takes the Lease of the instance, after which no migration there
 * begins, and waits for those that have begun. After dispatch only the answer of Cloud SQL leads
 * on; Jobs follow each other until one of them has it.
 */
final class RestoringPhase {

  private static final Duration QUEUE_POLL = Duration.ofSeconds(5);

  /** After so many Jobs without an answer in a row a person has to look. */
  private static final int RETRIES = 12;

  private RestoringPhase() {}

  static RestoreDraft decide(RestoreDraft draft) {
    return draft.dispatched ? dispatched(draft) : beforeDispatch(draft);
  }

  private static RestoreDraft beforeDispatch(RestoreDraft draft) {
    Optional<RestoreDraft> ended = RestoreApprovals.ended(draft);
    if (ended.isPresent()) {
      return ended.get();
    }
    if (draft.world.lease() instanceof World.LeaseView.Other other && !other.atRest()) {
      return draft.await(
          "Queued",
          "Waiting for " + other.description() + ", which restores instance " + draft.instance,
          QUEUE_POLL);
    }
    if (!hold(draft)) {
      return draft.lookAgain();
    }
    if (!draft.world.atWork().isEmpty()) {
      return draft.await(
          "Queued",
          "No migration begins on instance "
              + draft.instance
              + " any more; waiting for the end of "
              + String.join(", ", draft.world.atWork()),
          QUEUE_POLL);
    }
    draft.dispatched = true;
    RestoreAttempts.begin(draft, Step.RESTORE);
    RestoreAttempts.look(draft);
    draft.message = "Backup " + draft.backup.id() + " is put back into instance " + draft.instance;
    return draft.effect(new Effect.RecordPlan(draft.plan.name(), "Dispatched", ""));
  }

  /**
   * Takes Lease and finalizer, and detaches the plan, which outlives the restore from now on.
   *
   * @return whether all three are observed to hold
   */
  private static boolean hold(RestoreDraft draft) {
    boolean leased = draft.world.lease() instanceof World.LeaseView.Ours;
    boolean owned =
        draft
            .world
            .plan()
            .filter(plan -> !plan.getMetadata().getOwnerReferences().isEmpty())
            .isPresent();
    if (!leased) {
      draft.effect(
          new Effect.AcquireLease(
              draft.lease(),
              draft.world.lease() instanceof World.LeaseView.Other other
                  ? Optional.of(other.holder())
                  : Optional.empty()));
    }
    if (!draft.hasFinalizer()) {
      draft.effect(new Effect.AddFinalizer());
    }
    if (owned) {
      draft.effect(new Effect.DetachPlan(draft.plan.name()));
    }
    return leased && draft.hasFinalizer() && !owned;
  }

  private static RestoreDraft dispatched(RestoreDraft draft) {
    return switch (RestoreAttempts.look(draft)) {
      case Attempt.Pending pending -> draft;
      case Attempt.Silent(String reason, String message) -> silent(draft, reason, message);
      case Attempt.Answered answered -> answered(draft, answered.result());
    };
  }

  /** It may have asked: the next Job looks for that before anything else. */
  private static RestoreDraft silent(RestoreDraft draft, String reason, String message) {
    return draft.retries >= RETRIES
        ? unresolved(
            draft,
            reason,
            message
                + ", as "
                + RETRIES
                + " before it; whether Cloud SQL restores instance "
                + draft.instance
                + " is not known: gcloud sql operations list shows it")
        : RestoreAttempts.again(draft, reason, message);
  }

  private static RestoreDraft answered(RestoreDraft draft, RunnerResult result) {
    return switch (result.outcome()) {
      case RESTORED -> {
        draft.dispatched = false;
        draft.restoredAt = draft.now.toString();
        draft.effect(new Effect.Announce(false, "Restored", result.message()));
        RestoreAttempts.begin(draft, Step.VERIFY);
        yield draft.enter(
            RestorePhase.VERIFYING,
            "Verifying",
            "Backup " + draft.backup.id() + " is back; reading the history of the database");
      }
      case UNDERWAY -> {
        // It has answered: those that did not are counted anew.
        draft.retries = 0;
        yield RestoreAttempts.again(draft, result.reason(), result.message());
      }
      case UNKNOWN -> unresolved(draft, result.reason(), result.message());
      case PLAN_CHANGED ->
          nothingAsked(draft, result, " Create another DatabaseRestore, and read its plan");
      case FAILED -> {
        // A Job that failed has asked for nothing, nor has any before it.
        boolean over =
            result.kind() == RunnerResult.Kind.PERMANENT
                || draft.retries >= RETRIES
                || draft.deleted();
        yield over
            ? nothingAsked(draft, result, "")
            : RestoreAttempts.again(draft, result.reason(), result.message());
      }
      default ->
          unresolved(
              draft, "UnexpectedOutcome", "the restore Job ended with outcome " + result.outcome());
    };
  }

  private static RestoreDraft nothingAsked(RestoreDraft draft, RunnerResult result, String next) {
    return draft.rest(
        RestorePhase.FAILED, result.reason(), result.message() + ". Nothing was restored." + next);
  }

  /** The instance stays held: whatever is written to it now may be written to ruins. */
  private static RestoreDraft unresolved(RestoreDraft draft, String reason, String message) {
    draft.restoredAt = draft.now.toString();
    return draft.rest(
        RestorePhase.UNRESOLVED,
        reason,
        message
            + ". No migration begins on the instance until a MigrationApproval with spec.restore "
            + draft.name()
            + ", decision Acknowledge and spec.run "
            + draft.uid()
            + " says that a person has looked, or the DatabaseRestore is deleted");
  }
}
