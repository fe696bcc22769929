package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * BackingUp. The description is in the status before anything is requested, and every attempt looks
 * for it first: however often the Job dies, there is one backup.
 */
final class BackingUpPhase {

  /** One that is too old before anybody has approved would only be taken again. */
  private static final Duration SHARED_FOR_AT_LEAST = Duration.ofMinutes(30);

  private BackingUpPhase() {}

  static Draft decide(Draft draft) {
    Runs.holdNothing(draft);
    if (draft.world.job() instanceof JobView.None && draft.spec.suspended()) {
      return draft.await(
          "Suspended", "spec.suspend is true: no backup is started", Duration.ofMinutes(1));
    }
    Optional<Draft> stopped =
        draft.world.job() instanceof JobView.None ? Policies.stop(draft) : Optional.empty();
    if (stopped.isPresent()) {
      return stopped.get();
    }
    if (draft.backup == null || isStale(draft)) {
      draft.backup = shared(draft).orElseGet(() -> request(draft));
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

  /**
   * Cloud SQL takes five backups in fifty minutes, and one holds every database of the instance.
   * The Job looks for it in the list, as for one of its own, and takes it anew if it is gone.
   */
  private static Optional<BackupStatus> shared(Draft draft) {
    return draft
        .world
        .server()
        .backup()
        .filter(backup -> staysFresh(draft, backup))
        .map(backup ->
            new BackupStatus(
                backup.description(), backup.requestedAt(), null, null, null, null, null));
  }

  /** By its own run's rule and by this one's. */
  private static boolean staysFresh(Draft draft, BackupStatus backup) {
    Instant until = draft.now.plus(SHARED_FOR_AT_LEAST);
    Instant started = Instant.parse(backup.startedAt());
    return until.isBefore(started.plus(Durations.parse(backup.maxAge())))
        && draft
            .spec
            .backupMaxAge()
            .map(Durations::parse)
            .filter(maxAge -> !until.isBefore(started.plus(maxAge)))
            .isEmpty();
  }

  private static boolean isOwn(Draft draft) {
    return draft.backup.description().contains(draft.runUid());
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
                + taken.startedAt()
                + (isOwn(draft) ? "" : ", shared with another run: nothing ran there since")));
    Runs.forgetJob(draft);
    if (!Gates.isFresh(draft) && !isOwn(draft)) {
      // Shared, and too old by this spec: one of its own is not.
      draft.backup = request(draft);
      return draft.lookAgain();
    }
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
