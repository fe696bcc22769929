package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * BackingUp. The description is in the status before anything is requested, and every attempt looks
 * for it first: however often the Job dies, there is one backup.
 */
final class BackingUpPhase {

  private BackingUpPhase() {}

  static Draft decide(Draft draft) {
    Runs.holdNothing(draft);
    if (draft.world.job() instanceof JobView.None && draft.spec.suspended()) {
      return draft.await(
          "Suspended", "spec.suspend is true: no backup is started", Duration.ofMinutes(1));
    }
    if (draft.backup == null || isStale(draft)) {
      draft.backup = request(draft);
    }
    return switch (Attempts.look(draft, Step.BACKUP, false)) {
      case Attempts.Attempt.Pending pending -> draft;
      case Attempts.Attempt.Failed failed -> Attempts.retryOrFail(draft, failed);
      case Attempts.Attempt.Done done -> taken(draft, done.result());
    };
  }

  /** The backup of before the approval has become too old to migrate on. */
  private static boolean isStale(Draft draft) {
    return Gates.hasBackup(draft) && !Gates.isFresh(draft);
  }

  private static BackupStatus request(Draft draft) {
    String description =
        "Pre-migration backup "
            + draft.now.truncatedTo(ChronoUnit.SECONDS)
            + " [whimbrel "
            + draft.runUid()
            + "]";
    return new BackupStatus(description, draft.now.toString(), null, null, null, null, null);
  }

  private static Draft taken(Draft draft, RunnerResult result) {
    RunnerResult.Backup taken = result.backup();
    if (taken == null || taken.id() == null || taken.startedAt() == null) {
      return Attempts.retryOrFail(
          draft,
          new Attempts.Attempt.Failed(
              true, "NoBackup", "the backup Job reported success without a backup", null));
    }
    String maxAge = Gates.maxAge(draft.spec, Boolean.TRUE.equals(taken.pointInTimeRecovery()));
    draft.backup =
        new BackupStatus(
            draft.backup.description(),
            draft.backup.requestedAt(),
            taken.id(),
            taken.startedAt(),
            taken.endedAt(),
            "SUCCESSFUL",
            maxAge);
    draft.effect(
        new Effect.Announce(
            false,
            "BackedUp",
            "Backup "
                + taken.id()
                + " of "
                + draft.spec.server()
                + " started "
                + taken.startedAt()));
    Runs.forgetJob(draft);
    if (!Gates.isFresh(draft)) {
      return draft.rest(
          Phase.FAILED,
          "BackupTooOld",
          "backup "
              + taken.id()
              + " started "
              + taken.startedAt()
              + " and is already older than spec.backup.maxAge ("
              + maxAge
              + ") when it is complete: raise spec.backup.maxAge",
          Optional.of("Failed"));
    }
    return Runs.proceed(draft);
  }
}
