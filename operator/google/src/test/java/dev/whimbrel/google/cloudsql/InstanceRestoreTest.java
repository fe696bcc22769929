package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One restore, whatever is lost on the way. */
class InstanceRestoreTest {

  private static final CloudSqlInstance ORDERS = CloudSqlInstance.parse("p1:us-central1:orders");
  private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");
  private static final long BACKUP = 7;

  private final TestClock clock = new TestClock(TEN.plusSeconds(60));
  private final ScriptedApi api = new ScriptedApi(clock, ORDERS);
  private final List<OperationRecord> operations = new ArrayList<>();

  @BeforeEach
  void aUsableBackup() {
    BackupRecord backup =
        ScriptedApi.backup(BACKUP, "ON_DEMAND", "wanted", Status.SUCCESSFUL, TEN.minusSeconds(600));
    api.backups = () -> List.of(backup);
    api.operations = () -> List.copyOf(operations);
    api.onRestore = this::accepted;
  }

  @Test
  void asksOnceAndWaitsForItsOperation() throws InterruptedException {
    RestoreResult result = run(true);

    assertThat(result).isInstanceOf(RestoreResult.Done.class);
    assertThat(api.restores).containsExactly(TEN.plusSeconds(60));
  }

  @Test
  void aLostAnswerIsLookedForAndNotRepeated() throws InterruptedException {
    api.onRestore =
        () -> {
          accepted();
          throw lost();
        };

    RestoreResult result = run(true);

    assertThat(result).isInstanceOf(RestoreResult.Done.class);
    assertThat(api.restores).hasSize(1);
  }

  @Test
  void aRequestThatNeverArrivedIsMadeAgainOnceNothingCanComeAnyMore() throws InterruptedException {
    api.onRestore =
        () -> {
          if (api.restores.size() == 1) {
            throw lost();
          }
          return accepted();
        };

    RestoreResult result = run(true);

    assertThat(result).isInstanceOf(RestoreResult.Done.class);
    assertThat(api.restores).containsExactly(TEN.plusSeconds(60), TEN.plusSeconds(120));
  }

  @Test
  void aLaterAttemptFindsWhatAnEarlierOneAskedFor() throws InterruptedException {
    operations.add(api.restore("of the first Job", true));

    RestoreResult result = run(false);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Done.class,
            done -> assertThat(done.operation().name()).isEqualTo("of the first Job"));
    assertThat(api.restores).isEmpty();
  }

  @Test
  void aRestoreFromBeforeThePlanIsNotTakenForOurs() throws InterruptedException {
    operations.add(at(api.restore("long ago", true), TEN));

    run(false);

    assertThat(api.restores).hasSize(1);
  }

  @Test
  void aRestoreBySomebodyElseSinceThePlanEndsTheFirstAttempt() throws InterruptedException {
    operations.add(api.restore("of another", true));

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("RestoredMeanwhile"));
    assertThat(api.restores).isEmpty();
  }

  @Test
  void whileTheInstanceIsBusyNothingIsAskedFor() throws InterruptedException {
    operations.add(api.operation("an export", false));

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Transient.class,
            later -> assertThat(later.reason()).isEqualTo("InstanceBusy"));
    assertThat(api.restores).isEmpty();
  }

  @Test
  void anOperationThatEndsWithAnErrorIsNotTriedAgain() throws InterruptedException {
    OperationRecord done = api.restore("ours", true);
    operations.add(
        new OperationRecord(
            done.name(),
            done.type(),
            true,
            done.user(),
            done.insertTime(),
            done.endTime(),
            done.backupId(),
            Optional.of("[INTERNAL_ERROR] it broke")));

    RestoreResult result = run(false);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Failed.class,
            failed -> assertThat(failed.message()).contains("it broke", "is not known"));
    assertThat(api.restores).isEmpty();
  }

  @Test
  void oneThatTakesLongerIsUnderwayAndNotFailed() throws InterruptedException {
    api.onRestore =
        () -> {
          OperationRecord running = api.restore("slow", false);
          operations.add(running);
          return running;
        };

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Underway.class,
            later -> assertThat(later.reason()).isEqualTo("RestoreStillRunning"));
    assertThat(api.restores).hasSize(1);
  }

  @Test
  void aBackupOfAnotherVersionIsRefused() throws Exception {
    BackupRecord now =
        ScriptedApi.backup(BACKUP, "ON_DEMAND", "wanted", Status.SUCCESSFUL, TEN.minusSeconds(600));
    BackupRecord old =
        new BackupRecord(
            now.id(),
            now.description(),
            now.type(),
            now.status(),
            now.enqueuedTime(),
            now.startTime(),
            now.endTime(),
            now.location(),
            now.error(),
            Optional.of("POSTGRES_15"));
    api.backups = () -> List.of(old);

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("VersionMismatch"));
  }

  @Test
  void aBackupThatIsNotThereIsRefused() throws Exception {
    api.backups = List::of;

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("BackupNotFound"));
  }

  @Test
  void aFailedBackupIsRefused() throws Exception {
    BackupRecord failed =
        ScriptedApi.backup(BACKUP, "ON_DEMAND", "wanted", Status.FAILED, TEN.minusSeconds(600));
    api.backups = () -> List.of(failed);

    RestoreResult result = run(true);

    assertThat(result)
        .isInstanceOfSatisfying(
            RestoreResult.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo("BackupNotUsable"));
  }

  private RestoreResult run(boolean first) throws InterruptedException {
    RestoreRequest request =
        RestoreRequest.of(ORDERS, BACKUP, TEN.plusSeconds(30), first, Duration.ofMinutes(10));
    return new InstanceRestore(api, request, clock, clock).run();
  }

  /** Accepted, and over when it is looked at. */
  private OperationRecord accepted() {
    operations.add(api.restore("ours", true));
    return api.restore("ours", false);
  }

  private static OperationRecord at(OperationRecord operation, Instant time) {
    return new OperationRecord(
        operation.name(),
        operation.type(),
        operation.done(),
        operation.user(),
        Optional.of(time),
        Optional.of(time),
        operation.backupId(),
        operation.error());
  }

  private static CloudSqlException lost() {
    return new CloudSqlException(CloudSqlException.Kind.UNCERTAIN, 0, "no response", null);
  }
}
