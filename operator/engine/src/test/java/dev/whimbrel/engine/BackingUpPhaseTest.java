package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.backedUp;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.failed;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackingUpPhaseTest {

  private static final BackupStatus REQUESTED =
      new BackupStatus(
          "the description [whimbrel " + Worlds.RUN_UID + "]",
          "2026-11-25T08:58:00Z",
          null,
          null,
          null,
          null,
          null);

  private static Worlds backingUp() {
    return Worlds.in(Phase.BACKING_UP).backup(null);
  }

  private static Worlds taken(String startedAt, Boolean pointInTimeRecovery) {
    return backingUp()
        .backup(REQUESTED)
        .claimed(Step.BACKUP, Worlds.JOB_UID)
        .job(ended(backedUp(new RunnerResult.Backup("99", startedAt, null, pointInTimeRecovery))));
  }

  @Test
  void theDescriptionIsInTheStatusBeforeAnythingIsRequested() {
    Decision decision = backingUp().decide();

    assertThat(decision.status().backup().description())
        .isEqualTo("Pre-migration backup 2026-11-25T09:00:00Z [whimbrel " + Worlds.RUN_UID + "]");
    assertThat(decision.status().backup().requestedAt()).isEqualTo("2026-11-25T09:00:00Z");
    assertThat(decision.status().backup().id()).isNull();
    Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
    assertThat(job.steps()).containsExactly(Step.BACKUP);
    assertThat(job.owned()).isTrue();
    assertThat(job.deadline()).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void everyFurtherAttemptLooksForTheSameDescription() {
    Decision decision = backingUp().backup(REQUESTED).failures(1).decide();

    assertThat(startsJob(decision)).isTrue();
    assertThat(decision.status().backup().description()).isEqualTo(REQUESTED.description());
  }

  @Test
  void aBackupThatHasBecomeTooOldIsReplacedByOneOfItsOwnDescription() {
    Decision decision = Worlds.in(Phase.BACKING_UP).backupStarted("2026-11-24T09:00:00Z").decide();

    assertThat(decision.status().backup().id()).isNull();
    assertThat(decision.status().backup().description()).contains("2026-11-25T09:00:00Z");
  }

  @Test
  void aFreshBackupSinceWhichNothingRanOnTheInstanceIsShared() {
    Decision decision = beside(neighbours("2026-11-25T08:00:00Z", "24h"), backingUp());

    assertThat(decision.status().backup().description()).isEqualTo("the neighbour's");
    assertThat(decision.status().backup().requestedAt()).isEqualTo("2026-11-25T07:59:00Z");
    assertThat(decision.status().backup().id()).isNull();
    assertThat(startsJob(decision)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T09:20:00Z, 24h, ''",
    "2026-11-25T08:10:00Z, 1h, ''",
    "2026-11-25T08:00:00Z, 24h, 1h"
  })
  void whatWouldBeTooOldBeforeAnybodyHasApprovedIsNotShared(
      String startedAt, String itsMaxAge, String ourMaxAge) {
    Worlds worlds = backingUp();
    if (!ourMaxAge.isEmpty()) {
      worlds.backupPolicy("Always", "BeforeApproval", ourMaxAge);
    }

    Decision decision = beside(neighbours(startedAt, itsMaxAge), worlds);

    assertThat(decision.status().backup().description()).contains(Worlds.RUN_UID);
  }

  @Test
  void aSharedBackupThatTurnsOutTooOldIsFollowedByOneOfItsOwn() {
    BackupStatus shared =
        new BackupStatus("the neighbour's", "2026-11-25T07:00:00Z", null, null, null, null, null);

    Decision decision =
        backingUp()
            .backup(shared)
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .job(
                ended(backedUp(new RunnerResult.Backup("99", "2026-11-25T07:00:00Z", null, false))))
            .decide();

    assertThat(end(decision)).startsWith("BackingUp/");
    assertThat(decision.status().backup().description()).contains(Worlds.RUN_UID);
    assertThat(decision.again()).isTrue();
  }

  private static World.ServerView neighbours(String startedAt, String maxAge) {
    return new World.ServerView(
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new BackupStatus(
                "the neighbour's",
                "2026-11-25T07:59:00Z",
                "17",
                startedAt,
                null,
                "SUCCESSFUL",
                maxAge)));
  }

  private static Decision beside(World.ServerView server, Worlds worlds) {
    return Engine.decide(worlds.world(server), Worlds.NOW);
  }

  @Test
  void nothingIsHeldWhileABackupIsTaken() {
    Decision decision = backingUp().holding().decide();

    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
  }

  @Test
  void aSuspendedMigrationStartsNoBackup() {
    Decision decision = backingUp().suspended().decide();

    assertThat(end(decision)).isEqualTo("BackingUp/Suspended");
    assertThat(startsJob(decision)).isFalse();
  }

  @Test
  void aBackupThatIsUnderWayIsWaitedForThoughSuspended() {
    Decision decision =
        backingUp()
            .backup(REQUESTED)
            .suspended()
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .job(running())
            .decide();

    assertThat(decision.status().phase()).isEqualTo("BackingUp");
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  void onceItIsSeenInTheListAPersonIsNext() {
    Decision decision = taken("2026-11-25T08:58:30Z", true).decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
    assertThat(decision.status().backup())
        .isEqualTo(
            new BackupStatus(
                REQUESTED.description(),
                "2026-11-25T08:58:00Z",
                "99",
                "2026-11-25T08:58:30Z",
                null,
                "SUCCESSFUL",
                "24h"));
    assertThat(decision.status().run().job()).isNull();
  }

  @Test
  void onceItIsSeenAPlanThatNeedsNoApprovalIsNextToBeCarriedOut() {
    assertThat(end(taken("2026-11-25T08:58:30Z", true).risk("Low").decide()))
        .isEqualTo("Migrating/Migrating");
    assertThat(end(taken("2026-11-25T08:58:30Z", true).approve("anna").decide()))
        .isEqualTo("Migrating/Migrating");
  }

  @ParameterizedTest
  @CsvSource({"true,24h", "false,1h", ",1h"})
  void withoutPointInTimeRecoveryABackupIsGoodForAnHourOnly(Boolean recovery, String maxAge) {
    Decision decision = taken("2026-11-25T08:58:30Z", recovery).decide();

    assertThat(decision.status().backup().maxAge()).isEqualTo(maxAge);
  }

  @Test
  void aBackupThatIsTooOldWhenItIsCompleteEndsTheRunAndSaysWhichFieldToRaise() {
    Decision decision = taken("2026-11-25T08:00:00Z", false).decide();

    assertThat(end(decision)).isEqualTo("Failed/BackupTooOld");
    assertThat(decision.status().message()).endsWith("raise spec.backup.maxAge");
  }

  @Test
  void aSuccessWithoutABackupIsNone() {
    Decision none =
        backingUp()
            .backup(REQUESTED)
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .job(ended(backedUp(null)))
            .decide();

    assertThat(end(none)).isEqualTo("Failed/NoBackup");
    assertThat(end(taken(null, true).decide())).isEqualTo("Failed/NoBackup");
  }

  @ParameterizedTest
  @CsvSource({"TRANSIENT,0,BackingUp", "TRANSIENT,2,Failed", "PERMANENT,0,Failed"})
  void aFailureIsTriedAgainWhereThatCanHelp(Kind kind, int failures, String phase) {
    Decision decision =
        backingUp()
            .backup(REQUESTED)
            .failures(failures)
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .job(ended(failed(Step.BACKUP, kind, "Quota")))
            .decide();

    assertThat(end(decision)).isEqualTo(phase + "/Quota");
  }
}
