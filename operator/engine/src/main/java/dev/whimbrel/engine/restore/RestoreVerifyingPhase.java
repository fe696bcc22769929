package dev.whimbrel.engine.restore;

import dev.whimbrel.engine.restore.RestoreAttempts.Attempt;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;

/**
 * Verifying. The backup is back, whatever is found now: the database of the migration is connected
 * to and its history read, so that the status says where it is.
 */
final class RestoreVerifyingPhase {

  private static final int RETRIES = 6;

  private RestoreVerifyingPhase() {}

  static RestoreDraft decide(RestoreDraft draft) {
    if (draft.world.migration().isEmpty()) {
      return failed(
          draft, "MigrationGone", "DatabaseMigration " + draft.spec.migration() + " is gone");
    }
    return switch (RestoreAttempts.look(draft)) {
      case Attempt.Pending pending -> draft;
      case Attempt.Silent(String reason, String message) -> again(draft, false, reason, message);
      case Attempt.Answered answered -> answered(draft, answered.result());
    };
  }

  private static RestoreDraft answered(RestoreDraft draft, RunnerResult result) {
    if (result.outcome() != Outcome.VERIFIED) {
      return again(
          draft, result.kind() == RunnerResult.Kind.PERMANENT, result.reason(), result.message());
    }
    draft.currentRevision = result.currentRevision();
    return draft.rest(
        RestorePhase.SUCCEEDED,
        "Succeeded",
        "Backup "
            + draft.backup.id()
            + " is back in instance "
            + draft.instance
            + "; the database of DatabaseMigration "
            + draft.spec.migration()
            + " is at revision "
            + RestoreConditions.at(draft.currentRevision)
            + ". Every migration of the instance reads its database anew, and what is pending"
            + " there again is on hold until its source changes or annotation whimbrel.dev/retry"
            + " asks for it");
  }

  private static RestoreDraft again(
      RestoreDraft draft, boolean permanent, String reason, String message) {
    return permanent || draft.retries >= RETRIES
        ? failed(draft, reason, message)
        : RestoreAttempts.again(draft, reason, message);
  }

  private static RestoreDraft failed(RestoreDraft draft, String reason, String message) {
    return draft.rest(
        RestorePhase.FAILED,
        reason,
        "Backup "
            + draft.backup.id()
            + " is back in instance "
            + draft.instance
            + ", but it could not be verified: "
            + message);
  }
}
