package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the fake cannot show; the rest is in {@code CloudSqlBackupIT}. */
class OnDemandBackupTest {

  private static final CloudSqlInstance ORDERS = CloudSqlInstance.parse("p1:us-central1:orders");
  private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");
  private static final BackupRequest REQUEST =
      BackupRequest.of(ORDERS, "wanted", TEN, Duration.ofMinutes(10));

  private final TestClock clock = new TestClock(TEN.plusSeconds(60));
  private final ScriptedApi api = new ScriptedApi(clock, ORDERS);

  @Test
  void theFirstRequestIsSentAtOnce() throws InterruptedException {
    api.backups = this::listedOnceAsked;

    run(REQUEST.asFirst());

    assertThat(api.inserts).containsExactly(TEN.plusSeconds(60));
  }

  @Test
  void whereAnEarlierAttemptMayHaveAskedTheListsAreWatchedBeforeAsking()
      throws InterruptedException {
    api.backups = this::listedOnceAsked;

    run(REQUEST);

    assertThat(api.inserts).containsExactly(TEN.plusSeconds(90));
  }

  @ParameterizedTest
  @EnumSource(
      value = Status.class,
      names = {"FAILED", "SKIPPED", "DELETION_PENDING", "DELETION_FAILED", "DELETED"})
  void whatIsNoBackupAnyMoreIsNotAdopted(Status status) throws InterruptedException {
    BackupRecord old = ScriptedApi.backup(1, "ON_DEMAND", "wanted", status, TEN);
    BackupRecord taken =
        ScriptedApi.backup(2, "ON_DEMAND", "wanted", Status.SUCCESSFUL, TEN.plusSeconds(60));
    api.backups = () -> api.inserts.isEmpty() ? List.of(old) : List.of(taken, old);

    BackupResult result = run(REQUEST.asFirst());

    assertThat(result)
        .isInstanceOfSatisfying(BackupResult.Done.class, d -> assertThat(d.id()).isEqualTo("2"));
  }

  @Test
  void aBackupWithALongerDescriptionIsAnother() throws InterruptedException {
    BackupRecord other = ScriptedApi.backup(1, "ON_DEMAND", "wanted too", Status.SUCCESSFUL, TEN);
    api.backups = () -> List.of(other);

    run(REQUEST.asFirst());

    assertThat(api.inserts).hasSize(1);
  }

  @Test
  void aBackupOfCloudSqlItselfIsWaitedForAndNotTakenForOurs() throws InterruptedException {
    BackupRecord automated =
        ScriptedApi.backup(7, "AUTOMATED", "", Status.SUCCESSFUL, TEN.plusSeconds(60));
    OperationRecord running = api.operation("op-automated", false);
    Instant end = TEN.plusSeconds(180);
    api.operations = () -> clock.instant().isBefore(end) ? List.of(running) : List.of();
    api.backups =
        () -> {
          if (clock.instant().isBefore(end)) {
            return List.of();
          }
          return api.inserts.isEmpty()
              ? List.of(automated)
              : List.of(wanted(Status.SUCCESSFUL), automated);
        };

    BackupResult result = run(REQUEST.asFirst());

    assertThat(api.inserts).hasSize(1).allMatch(time -> !time.isBefore(end));
    assertThat(result).isInstanceOf(BackupResult.Done.class);
  }

  @Test
  void anAcceptedBackupIsNeverAskedForAgainHoweverLongTheListHidesIt() throws InterruptedException {
    BackupResult result = run(REQUEST.asFirst());

    assertThat(api.inserts).hasSize(1);
    assertThat(result)
        .isInstanceOfSatisfying(
            BackupResult.Transient.class,
            waiting -> assertThat(waiting.reason()).isEqualTo("BackupStillRunning"));
  }

  @Test
  void anInterruptedAttemptStopsWaiting() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> run(REQUEST.asFirst())).isInstanceOf(InterruptedException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "SUSPENDED, ALWAYS, CLOUD_SQL_INSTANCE, STANDARD, InstanceNotRunning",
    "FAILED, ALWAYS, CLOUD_SQL_INSTANCE, STANDARD, InstanceNotRunning",
    "RUNNABLE, NEVER, CLOUD_SQL_INSTANCE, STANDARD, InstanceStopped",
    "RUNNABLE, ALWAYS, READ_REPLICA_INSTANCE, STANDARD, InstanceIsReplica",
    "RUNNABLE, ALWAYS, CLOUD_SQL_INSTANCE, ENHANCED, BackupTierNotSupported"
  })
  void anInstanceThatCannotBeBackedUpIsRefusedWithoutAsking(
      String state, String policy, String type, String tier, String reason)
      throws InterruptedException {
    api.facts =
        new InstanceFacts(
            ORDERS,
            "us-central1",
            state,
            policy,
            type,
            "POSTGRES_17",
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.of(tier),
            List.of());

    BackupResult result = run(REQUEST.asFirst());

    assertThat(result)
        .isInstanceOfSatisfying(
            BackupResult.Permanent.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.message()).contains(ORDERS.toString()).hasSizeLessThan(400);
            });
    assertThat(api.inserts).isEmpty();
  }

  @Test
  void theWrongRegionIsNamedWithTheRightOne() throws InterruptedException {
    CloudSqlInstance mistyped = CloudSqlInstance.parse("p1:us-east1:orders");
    InstanceFacts found = api.facts;
    api.facts =
        new InstanceFacts(
            mistyped,
            found.region(),
            found.state(),
            found.activationPolicy(),
            found.instanceType(),
            found.databaseVersion(),
            found.privateIp(),
            found.primaryIp(),
            true,
            Optional.empty(),
            List.of());

    BackupResult result =
        run(BackupRequest.of(mistyped, "wanted", TEN, Duration.ofMinutes(10)).asFirst());

    assertThat(result)
        .isInstanceOfSatisfying(
            BackupResult.Permanent.class,
            refused -> assertThat(refused.message()).contains("p1:us-central1:orders"));
  }

  private BackupResult run(BackupRequest request) throws InterruptedException {
    return new OnDemandBackup(api, request, clock, clock).run();
  }

  private BackupRecord wanted(Status status) {
    return ScriptedApi.backup(2, "ON_DEMAND", "wanted", status, api.inserts.getFirst());
  }

  private List<BackupRecord> listedOnceAsked() {
    return api.inserts.isEmpty() ? List.of() : List.of(wanted(Status.SUCCESSFUL));
  }
}
