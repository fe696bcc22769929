package dev.whimbrel.google.cloudsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeBackup;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real client against the fake: whatever happens on the way, one backup. Client and fake share
 * one clock that only the client's waiting turns, so minutes cost nothing and nothing is timed.
 */
@Tag("google")
class CloudSqlBackupIT {

  private static final CloudSqlInstance ORDERS = CloudSqlInstance.parse("p1:us-central1:orders");
  private static final String DESCRIPTION =
      "Pre-migration backup 2026-11-25T10:00:00Z [whimbrel 0b7c/4-1/k7q2]";
  private static final Instant TEN = Instant.parse("2026-11-25T10:00:00Z");

  private final TestClock clock = new TestClock(TEN);
  private FakeGoogleCloud cloud;
  private FakeInstance orders;
  private CloudSqlAdmin admin;

  @BeforeEach
  void startCloud() throws IOException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local().withClock(clock));
    orders = cloud.createInstance(FakeInstanceOptions.of(ORDERS.toString()).withoutDatabase());
    orders.behavior().operationsTake(Duration.ofSeconds(3), Duration.ofSeconds(40));
    admin =
        CloudSqlAdmin.connect(
            new FixedCredentials(cloud.accessToken()),
            Optional.of(cloud.endpoint()),
            Duration.ofSeconds(20));
  }

  @AfterEach
  void stopCloud() throws IOException {
    cloud.close();
  }

  @Test
  void aBackupIsTakenAndVerifiedInTheList() throws Exception {
    BackupResult result = backUp();

    BackupResult.Done done = done(result);
    FakeBackup taken = onlyBackup();
    assertThat(done.id()).isEqualTo(Long.toString(taken.id()));
    assertThat(done.description()).isEqualTo(DESCRIPTION);
    assertThat(done.startedAt()).isEqualTo(taken.startTime().orElseThrow()).isAfter(TEN);
    assertThat(done.endedAt()).isEqualTo(taken.endTime().orElseThrow());
    assertThat(done.location()).contains("us");
    assertThat(done.tier()).contains("STANDARD");
  }

  @Test
  void aBackupThatIsAlreadyThereIsFoundAndNotRepeated() throws Exception {
    backUp();
    clock.turn(Duration.ofMinutes(7));

    BackupResult again = backUp();

    assertThat(done(again).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isEqualTo(1);
  }

  @Test
  void aBackupIsFoundOnALaterPageOfTheList() throws Exception {
    BackupResult.Done first = done(backUp());
    for (int i = 0; i < 3; i++) {
      done(backUp("another " + i));
    }
    orders.behavior().maxPageSize(2);

    BackupResult again = backUp();

    assertThat(done(again).id()).isEqualTo(first.id());
    assertThat(orders.backups()).hasSize(4);
  }

  @Test
  void aLostResponseDoesNotMakeASecondBackup() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, new FakeFault.CommitThenReset());

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isEqualTo(1);
  }

  @Test
  void aLostResponseAndSlowListsDoNotMakeASecondBackup() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, new FakeFault.CommitThenReset());
    orders
        .behavior()
        .operationsTake(Duration.ZERO, Duration.ofSeconds(2))
        .backupsListedAfter(Duration.ofSeconds(25))
        .operationsListedAfter(Duration.ofSeconds(25));

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isEqualTo(1);
  }

  @Test
  void anErrorAfterTheCommitDoesNotMakeASecondBackup() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, FakeFault.unavailableAfterCommit());
    orders.behavior().withBackupContext(false).backupsListedAfter(Duration.ofSeconds(20));

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isEqualTo(1);
  }

  @Test
  void aLostRequestIsRepeatedOnceItIsCertainToBeLost() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, new FakeFault.Reset(), FakeFault.unavailable());

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(insertTimes()).hasSize(3);
    assertThat(Duration.between(insertTimes().get(0), insertTimes().get(1)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void aBusyInstanceIsWaitedFor() throws Exception {
    orders.startForeignOperation("UPDATE");

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isGreaterThan(1);
  }

  @Test
  void anInstanceThatStaysBusyIsNotAFailedBackup() throws Exception {
    orders.behavior().operationsTake(Duration.ZERO, Duration.ofHours(2));
    orders.startForeignOperation("MAINTENANCE");

    BackupResult result = backUp();

    BackupResult.Transient waiting = notYet(result);
    assertThat(waiting.reason()).isEqualTo("InstanceBusy");
    assertThat(waiting.message())
        .contains("no backup was requested", ORDERS.toString(), "MAINTENANCE");
    assertThat(orders.backups()).isEmpty();
  }

  @Test
  void runningOutOfTimeIsNotAFailureAndTheNextAttemptFindsTheBackup() throws Exception {
    orders.behavior().operationsTake(Duration.ZERO, Duration.ofMinutes(50));

    BackupResult first = backUp();
    clock.turn(Duration.ofMinutes(15));
    BackupResult second = backUp();

    assertThat(notYet(first).reason()).isEqualTo("BackupStillRunning");
    assertThat(notYet(first).message()).contains(ORDERS.toString(), "has not failed", DESCRIPTION);
    assertThat(done(second).id()).isEqualTo(Long.toString(onlyBackup().id()));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void anAttemptKilledAtAnyRequestLeavesOneBackup(int request) throws Exception {
    // Over before the lists show it: no 409 saves an algorithm that asks too early.
    orders
        .behavior()
        .operationsTake(Duration.ZERO, Duration.ofSeconds(2))
        .backupsListedAfter(Duration.ofSeconds(20))
        .operationsListedAfter(Duration.ofSeconds(20))
        .withBackupContext(request % 2 == 0);
    KilledApi killed = new KilledApi(admin, request);
    assertThatThrownBy(
            () -> new OnDemandBackup(killed, request(DESCRIPTION).asFirst(), clock, clock).run())
        .isInstanceOf(KilledApi.Killed.class);

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
  }

  @Test
  void aFailedOperationIsNoBackupAndTheNextAttemptAsksAgain() throws Exception {
    orders.behavior().failOperations(Optional.of("The disk could not be read."));

    BackupResult first = backUp();
    orders.behavior().failOperations(Optional.empty());
    BackupResult second = backUp();

    assertThat(notYet(first).reason()).isEqualTo("BackupFailed");
    assertThat(notYet(first).message())
        .contains(ORDERS.toString(), "[INTERNAL_ERROR] The disk could not be read");
    assertThat(done(second).description()).isEqualTo(DESCRIPTION);
    assertThat(statuses()).containsExactly("FAILED", "SUCCESSFUL");
  }

  @Test
  void aFailedBackupRunIsNoBackupEvenIfItsOperationIsDone() throws Exception {
    orders.behavior().failBackupRuns(true);

    BackupResult first = backUp();
    orders.behavior().failBackupRuns(false);
    BackupResult second = backUp();

    assertThat(notYet(first).reason()).isEqualTo("BackupFailed");
    assertThat(done(second).description()).isEqualTo(DESCRIPTION);
    assertThat(statuses()).containsExactly("FAILED", "SUCCESSFUL");
  }

  @Test
  void theSixthBackupWithinFiftyMinutesWaitsForItsToken() throws Exception {
    orders.behavior().operationsTake(Duration.ZERO, Duration.ofSeconds(5));
    for (int i = 0; i < 5; i++) {
      done(backUp("number " + i));
    }

    BackupResult sixth = backUp();

    BackupResult.Transient limited = notYet(sixth);
    assertThat(limited.reason()).isEqualTo("BackupRateLimited");
    assertThat(limited.message()).contains(ORDERS.toString(), "5 backups per 50 minutes");
    assertThat(orders.backups()).hasSize(5);

    clock.turn(Duration.between(clock.instant(), limited.retryAt().orElseThrow()));
    assertThat(done(backUp()).description()).isEqualTo(DESCRIPTION);
  }

  @Test
  void throttledRequestsAreRepeatedAfterAMinute() throws Exception {
    cloud.faults().onNext(ApiCall.INSERT_BACKUP, FakeFault.throttled());
    cloud.faults().onNext(ApiCall.LIST_BACKUPS, FakeFault.throttled());

    BackupResult result = backUp();

    assertThat(done(result).id()).isEqualTo(Long.toString(onlyBackup().id()));
    assertThat(Duration.between(insertTimes().get(0), insertTimes().get(1)))
        .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aMissingPermissionIsNamed() throws Exception {
    cloud.faults().always(ApiCall.INSERT_BACKUP, FakeFault.denied());

    BackupResult result = backUp();

    BackupResult.Permanent denied = never(result);
    assertThat(denied.reason()).isEqualTo("PermissionDenied");
    assertThat(denied.message())
        .contains(ORDERS.toString(), "cloudsql.backupRuns.create", "or it does not exist");
  }

  @Test
  void anInstanceThatDoesNotExistIsAPermanentError() throws Exception {
    CloudSqlInstance missing = CloudSqlInstance.parse("p1:us-central1:oders");

    BackupResult result =
        new OnDemandBackup(
                admin,
                BackupRequest.of(missing, DESCRIPTION, TEN, Duration.ofMinutes(30)),
                clock,
                clock)
            .run();

    assertThat(never(result).reason()).isEqualTo("InstanceNotFound");
    assertThat(never(result).message())
        .contains(missing.toString(), "spec.database.cloudSQL.instance");
  }

  @Test
  void aStoppedInstanceIsAPermanentError() throws Exception {
    orders.pretend("RUNNABLE", "NEVER");

    BackupResult result = backUp();

    assertThat(never(result).reason()).isEqualTo("InstanceStopped");
    assertThat(cloud.journal().count(ApiCall.INSERT_BACKUP)).isZero();
  }

  @Test
  void credentialsThatGoogleRefusesArePermanent() throws Exception {
    cloud.faults().always(ApiCall.LIST_BACKUPS, FakeFault.unauthenticated());

    BackupResult result = backUp();

    assertThat(never(result).reason()).isEqualTo("PermissionDenied");
    assertThat(never(result).message()).contains("Workload Identity");
  }

  @Test
  void anUnreachableServiceIsTransient() throws Exception {
    cloud.faults().always(ApiCall.LIST_BACKUPS, FakeFault.unavailable());

    BackupResult result = backUp();

    assertThat(notYet(result).reason()).isEqualTo("CloudSqlUnreachable");
    assertThat(notYet(result).message()).contains(ORDERS.toString(), "503");
    assertThat(orders.backups()).isEmpty();
  }

  @Test
  void factsAndAddressComeFromTheInstance() throws Exception {
    InstanceFacts facts = admin.instance(ORDERS);

    assertThat(facts.running()).isTrue();
    assertThat(facts.databaseVersion()).isEqualTo("POSTGRES_17");
    assertThat(facts.pointInTimeRecovery()).isTrue();
    assertThat(InstanceAddress.of(facts))
        .contains(new InstanceAddress(orders.address(), 5432, InstanceAddress.Kind.PRIVATE));
    assertThat(admin.latestRecoveryTime(ORDERS)).contains(TEN.minus(Duration.ofMinutes(1)));
  }

  private BackupResult backUp() throws InterruptedException {
    return backUp(DESCRIPTION);
  }

  private BackupResult backUp(String description) throws InterruptedException {
    return new OnDemandBackup(admin, request(description), clock, clock).run();
  }

  private static BackupRequest request(String description) {
    return BackupRequest.of(ORDERS, description, TEN, Duration.ofMinutes(30));
  }

  private FakeBackup onlyBackup() {
    assertThat(orders.backups()).hasSize(1);
    return orders.backups().getFirst();
  }

  private List<String> statuses() {
    return orders.backups().stream().map(FakeBackup::status).toList();
  }

  private List<Instant> insertTimes() {
    return cloud.journal().entries().stream()
        .filter(entry -> entry.call() == ApiCall.INSERT_BACKUP)
        .map(entry -> entry.time())
        .toList();
  }

  private static BackupResult.Done done(BackupResult result) {
    assertThat(result).isInstanceOf(BackupResult.Done.class);
    return (BackupResult.Done) result;
  }

  private static BackupResult.Transient notYet(BackupResult result) {
    assertThat(result).isInstanceOf(BackupResult.Transient.class);
    return (BackupResult.Transient) result;
  }

  private static BackupResult.Permanent never(BackupResult result) {
    assertThat(result).isInstanceOf(BackupResult.Permanent.class);
    return (BackupResult.Permanent) result;
  }
}
