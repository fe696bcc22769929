package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Whimbrel;
import java.time.Instant;
import java.util.Map;

/**
 * The state machine as one pure function. What holds in every phase is here: deletion, new specs,
 * retries. What holds in one phase is in the file of that phase.
 */
public final class Engine {

  private Engine() {}

  /**
   * Decides what is next.
   *
   * @param world as observed
   * @param now the time of the decision
   */
  public static Decision decide(World world, Instant now) {
    Draft draft = new Draft(world, now);
    Approvals.judge(draft);
    if (draft.phase == null) {
      return first(draft).decision();
    }
    if (draft.run.dispatched) {
      // Nothing but its own end interrupts a run that may be changing the database.
      return phase(draft).decision();
    }
    if (draft.deleted()) {
      return leave(draft).decision();
    }
    TrafficRestores.look(draft);
    if (Restores.isNews(draft)) {
      return Runs.begin(
              draft, "Restored", "The server was restored: reading the database's history anew")
          .decision();
    }
    if (Restores.holdsUp(draft)) {
      return Restores.queue(draft).decision();
    }
    return (startsAnew(draft) ? Runs.begin(draft, "NewRun", whyAnew(draft)) : phase(draft))
        .decision();
  }

  private static Draft first(Draft draft) {
    if (draft.world.migration().getStatus() != null) {
      // A phase that this version does not know: hands off, and say so.
      draft.phase = Phase.UNRESOLVED;
      draft.reason = "UnknownPhase";
      draft.message =
          "status.phase was written by a newer operator; upgrade the operator, or retry with"
              + " annotation "
              + Whimbrel.RETRY_ANNOTATION;
      return draft;
    }
    return Runs.begin(draft, "Planning", "Reading the database's history and what is pending");
  }

  private static Draft phase(Draft draft) {
    return switch (draft.phase) {
      case PLANNING -> PlanningPhase.decide(draft);
      case BACKING_UP -> BackingUpPhase.decide(draft);
      case AWAITING_APPROVAL -> AwaitingApprovalPhase.decide(draft);
      case MIGRATING -> MigratingPhase.decide(draft);
      case RECOVERING -> RecoveringPhase.decide(draft);
      case ROLLING_BACK -> RollingBackPhase.decide(draft);
      case VERIFYING -> VerifyingPhase.decide(draft);
      case SUCCEEDED, FAILED, REJECTED, ROLLED_BACK, UNRESOLVED -> RestingPhase.decide(draft);
    };
  }

  /** Deleted, and nothing of it may be changing the database: its end is recorded, then it goes. */
  private static Draft leave(Draft draft) {
    if (draft.phase.resting()) {
      return RestingPhase.tidy(draft);
    }
    Runs.closePlan(draft, "Superseded", "The DatabaseMigration was deleted");
    Runs.giveBack(draft);
    return draft;
  }

  /** Whether a pod that waits for its plan to be recorded must not be told to go on. */
  static boolean interrupted(Draft draft) {
    return draft.spec.suspended()
        || draft.deleted()
        || startsAnew(draft)
        || Approvals.accepted(draft, "Abort");
  }

  private static boolean startsAnew(Draft draft) {
    if (draft.phase == Phase.UNRESOLVED) {
      // What is not known is not made known by a new spec; RestingPhase knows the ways out.
      return false;
    }
    return newRetry(draft)
        || draft.specWaits()
        || !draft.world.source().digest().equals(orEmpty(draft.sourceDigest));
  }

  private static String whyAnew(Draft draft) {
    return newRetry(draft)
        ? "Started again by annotation " + Whimbrel.RETRY_ANNOTATION
        : draft.specWaits()
            ? "The spec changed (generation " + draft.generation() + ")"
            : "A ConfigMap of the source changed";
  }

  static boolean newRetry(Draft draft) {
    String retry = retry(draft);
    return retry != null && !retry.equals(draft.lastHandledRetry);
  }

  static String retry(Draft draft) {
    Map<String, String> annotations = draft.world.migration().getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Whimbrel.RETRY_ANNOTATION);
  }

  private static String orEmpty(String text) {
    return text == null ? "" : text;
  }
}
