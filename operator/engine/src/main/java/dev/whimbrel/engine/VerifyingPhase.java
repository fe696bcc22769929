package dev.whimbrel.engine;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.util.Optional;

/** Verifying. Reads only; a failed verification never changes the schema back by itself. */
final class VerifyingPhase {

  private VerifyingPhase() {}

  static Draft decide(Draft draft) {
    if (!draft.run.dispatched) {
      Runs.giveBack(draft);
    }
    if (draft.specWaits() && isToBeCreated(draft)) {
      return failed(
          draft,
          "VerificationIncomplete",
          "The spec changed before the verification began; the next run verifies");
    }
    if (Approvals.accepted(draft, "Abort") && !(draft.world.job() instanceof JobView.Ended)) {
      return aborted(draft);
    }
    return switch (Attempts.look(draft, Step.VERIFY, draft.plan != null)) {
      case Attempts.Attempt.Pending pending -> draft;
      case Attempts.Attempt.Failed failed
          when failed.permanent() || draft.run.failures >= draft.spec.retries() ->
          failed(draft, "VerificationIncomplete", failed.message());
      case Attempts.Attempt.Failed failed -> Attempts.retryOrFail(draft, failed);
      case Attempts.Attempt.Done done when done.result().outcome() == Outcome.VERIFIED ->
          Runs.succeed(draft, done.result());
      case Attempts.Attempt.Done done -> {
        if (done.result().currentRevision() != null) {
          draft.currentRevision = done.result().currentRevision();
        }
        yield failed(draft, "VerificationFailed", done.result().message());
      }
    };
  }

  /** Jobs are made from the spec as it is: this one would verify what the run was not for. */
  private static boolean isToBeCreated(Draft draft) {
    return draft.world.job() instanceof JobView.None || draft.neverSeen();
  }

  /** Whether a run that failed had the database at the target. */
  static boolean ended(Draft draft) {
    return "VerificationIncomplete".equals(draft.reason)
        || "VerificationFailed".equals(draft.reason)
        || "RehearsalIncomplete".equals(draft.reason)
        || "Aborted".equals(draft.reason) && draft.wasTrue(ConditionSet.MIGRATED);
  }

  private static Draft aborted(Draft draft) {
    if (draft.run.job != null) {
      draft.effect(new Effect.DeleteJob(draft.run.job.name()));
    }
    return draft.rest(
        Phase.FAILED,
        "Aborted",
        "A person aborted the run while it was verified. Its revisions are in, the database is at"
            + " revision "
            + Runs.at(draft.currentRevision)
            + "; nothing is undone. A new spec, or annotation whimbrel.dev/retry, starts another",
        Optional.of("Applied"));
  }

  /** The migration is in and stays in; a person has to look. */
  static Draft failed(Draft draft, String reason, String message) {
    return draft.rest(
        Phase.FAILED,
        reason,
        message
            + ". The database is at revision "
            + Runs.at(draft.currentRevision)
            + "; it was not changed back",
        Optional.of("Applied"));
  }
}
