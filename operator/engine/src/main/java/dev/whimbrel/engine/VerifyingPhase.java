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

  /** Whether a run with this reason of its end had the database at the target. */
  static boolean ended(String reason) {
    return "VerificationIncomplete".equals(reason) || "VerificationFailed".equals(reason);
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
