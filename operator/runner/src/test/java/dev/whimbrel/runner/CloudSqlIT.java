package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.Backup;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.postgres.EmbeddedDatabase;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs against a Cloud SQL instance: its backups, and where sessions go. */
@Tag("google")
class CloudSqlIT {

  private static final String INSTANCE = "p1:us-central1:orders";
  private static final String DESCRIPTION =
      "Pre-migration backup 2026-11-25T10:00:00Z [whimbrel"
          + " 5f0c7a52-6f5f-4c38-9f54-1f2f3a0e9b11/4-1]";

  private final RunnerHarness job = new RunnerHarness();
  private FakeGoogleCloud cloud;
  private FakeInstance instance;

  @BeforeEach
  void start() throws Exception {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    instance =
        cloud.createInstance(
            FakeInstanceOptions.of(INSTANCE).withPointInTimeRecovery(true).withoutDatabase());
    instance.behavior().operationsTake(Duration.ZERO, Duration.ofMillis(200));
    job.environment(CloudSqlAdmin.ENDPOINT_VARIABLE, cloud.endpoint().toString());
    EmbeddedDatabase server = RunnerHarness.server();
    job.environment(CloudSqlEndpoint.PROXY_VARIABLE, "127.0.0.1:" + server.port());
    job.input(this::onInstance);
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
  }

  @AfterEach
  void close() throws Exception {
    cloud.close();
    job.close();
  }

  @Test
  void takesOneBackupAndReportsWhenItStarted() {
    RunnerHarness.Run run = job.run(Step.BACKUP);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.BACKED_UP);
    assertThat(run.exit()).isZero();
    assertThat(run.result().backup().id())
        .isEqualTo(String.valueOf(instance.backups().getFirst().id()));
    assertThat(Instant.parse(run.result().backup().startedAt())).isBefore(Instant.now());
    assertThat(run.result().backup().pointInTimeRecovery()).isTrue();

    job.run(Step.BACKUP);
    assertThat(instance.backups()).hasSize(1);
  }

  @Test
  void afterTheLastStatementTheBackupIsLookedForOnceMore() throws Exception {
    String id = job.run(Step.BACKUP).result().backup().id();
    job.input(input -> onInstance(input).withBackup(Backup.taken(DESCRIPTION, null, id)));
    MigrationPlanSpec plan = job.plan();

    CheckResult kept = listed(job.run(plan, Step.MIGRATE, Step.VERIFY));
    assertThat(kept.result()).isEqualTo(CheckResult.PASSED);
    assertThat(kept.message()).contains("backup " + id + " of " + INSTANCE, "SUCCESSFUL");

    cloud.faults().always(ApiCall.GET_BACKUP, new FakeFault.Refuse(500, "", "oops"));
    assertThat(listed(job.run(plan, Step.VERIFY)).result()).isEqualTo(CheckResult.SKIPPED);

    cloud.faults().clear();
    CloudSqlEndpoint.client(job.job(Step.BACKUP))
        .deleteBackup(CloudSqlInstance.parse(INSTANCE), Long.parseLong(id));
    await().until(() -> instance.backups().isEmpty());
    RunnerHarness.Run late = job.run(plan, Step.VERIFY);
    assertThat(late.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(listed(late).result()).isEqualTo(CheckResult.WARNED);
    assertThat(listed(late).message()).contains("is gone");
  }

  private static CheckResult listed(RunnerHarness.Run run) {
    return run.checks().stream()
        .filter(check -> check.name().equals("backup is listed"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(run.log()));
  }

  @Test
  void plansAndMigratesThroughTheProxyThatIsPinnedToTheInstance() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.database().server()).isEqualTo(INSTANCE);
    assertThat(plan.database().pointInTimeRecovery()).isTrue();
    RunnerResult result = job.run(plan, Step.MIGRATE, Step.VERIFY).result();
    assertThat(result.outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(result.restorePoint().pointInTimeRecovery()).isTrue();
    assertThat(Instant.parse(result.restorePoint().latestRecoveryTime()))
        .isBefore(Instant.parse(result.restorePoint().time()));
  }

  @Test
  void anInstanceThatIsStoppedIsNamed() {
    instance.pretend("RUNNABLE", "NEVER");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("InstanceStopped");
    assertThat(run.result().message()).contains(INSTANCE).contains("start it");
  }

  @Test
  void anInstanceThatDoesNotExistIsNamed() {
    job.input(input -> {
      String json = Json.write(onInstance(input)).replace(INSTANCE, "p1:us-central1:absent");
      return Json.read(json, RunnerInput.class);
    });

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("InstanceUnknown");
    assertThat(run.result().message()).contains("absent");
  }

  @Test
  void plainPostgresHasNoBackup() {
    job.input(input -> input);

    RunnerHarness.Run run = job.run(Step.BACKUP);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("NoBackup");
  }

  private RunnerInput onInstance(RunnerInput input) {
    return input
        .withDatabase(new RunnerInput.Database(INSTANCE, null, null, job.database(), null, null))
        .withBackup(
            new RunnerInput.Backup(
                DESCRIPTION, Instant.now().minusSeconds(5).toString(), null, input.attempt() == 1));
  }
}
