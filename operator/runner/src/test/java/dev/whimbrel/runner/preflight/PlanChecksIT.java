package dev.whimbrel.runner.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.iam.ProjectPermissions;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The table of what was checked before a plan: in the plan, or with all that keeps it away. */
@Tag("google")
class PlanChecksIT {

  private static final String INSTANCE = "p1:us-central1:orders";
  private static final String MEMBER = "serviceAccount:whimbrel-runner@p1.iam.gserviceaccount.com";

  private final RunnerHarness job = new RunnerHarness();
  private FakeGoogleCloud cloud;
  private FakeInstance instance;

  @BeforeEach
  void start() throws Exception {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    instance = cloud.createInstance(FakeInstanceOptions.of(INSTANCE).withoutDatabase());
    String endpoint = cloud.endpoint().toString();
    job.environment(CloudSqlAdmin.ENDPOINT_VARIABLE, endpoint)
        .environment(SecretManagerClient.ENDPOINT_VARIABLE, endpoint)
        .environment(ProjectPermissions.ENDPOINT_VARIABLE, endpoint)
        .environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost())
        .environment(CloudSqlEndpoint.PROXY_VARIABLE, "127.0.0.1:" + RunnerHarness.server().port())
        .file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.input(input -> onInstance(input, List.of()));
  }

  @AfterEach
  void stop() throws Exception {
    cloud.close();
    job.close();
  }

  @Test
  void aPlanHoldsWhatWasCheckedBeforeIt() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.preflight())
        .extracting(CheckResult::name, CheckResult::result)
        .containsExactly(
            tuple("instance", "Passed"),
            tuple("backup", "Passed"),
            tuple("point-in-time recovery", "Passed"),
            tuple("permission to connect", "Passed"),
            tuple("permission to back up", "Passed"),
            tuple("network", "Passed"),
            tuple("login", "Passed"),
            tuple("primary", "Passed"),
            tuple("pooler", "Passed"),
            tuple("guard sees", "Passed"),
            tuple("tool", "Passed"));
    assertThat(Json.write(plan.withPreflight(List.of()))).doesNotContain("preflight");
  }

  @Test
  void whatIsMissingButMayBeGrantedOtherwiseIsAWarningWithTheCommand() {
    cloud.permissions().revoke("cloudsql.backupRuns.create");
    cloud.permissions().revoke("cloudsql.instances.connect");
    RunnerHarness.server().createRole("plain" + job.database(), "unused-password");
    job.execute("GRANT ALL ON SCHEMA public TO plain" + job.database());
    job.environment(RunnerInput.USER_VARIABLE, "plain" + job.database());

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.preflight())
        .filteredOn(check -> check.result().equals(CheckResult.WARNED))
        .extracting(CheckResult::name, CheckResult::remedy)
        .containsExactly(
            tuple(
                "permission to connect",
                "gcloud projects add-iam-policy-binding p1 --member="
                    + MEMBER
                    + " --role=roles/cloudsql.client"),
            tuple(
                "permission to back up",
                "gcloud iam roles create whimbrelBackup --project=p1"
                    + " --permissions=cloudsql.backupRuns.create,cloudsql.backupRuns.get,"
                    + "cloudsql.backupRuns.list,cloudsql.instances.list,cloudsql.instances.get &&"
                    + " gcloud projects add-iam-policy-binding p1 --member="
                    + MEMBER
                    + " --role=projects/p1/roles/whimbrelBackup"),
            tuple("guard sees", "GRANT pg_monitor TO \"plain" + job.database() + "\";"));
  }

  @Test
  void anInstanceWithoutPointInTimeRecoveryIsAWarning() throws Exception {
    String bare = "p1:us-central1:bare";
    cloud.createInstance(
        FakeInstanceOptions.of(bare).withPointInTimeRecovery(false).withoutDatabase());
    job.input(input ->
        onInstance(input, List.of())
            .withDatabase(new RunnerInput.Database(bare, null, null, job.database(), null, null)));

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.preflight())
        .filteredOn(check -> check.name().equals("point-in-time recovery"))
        .extracting(CheckResult::result, CheckResult::remedy)
        .containsExactly(
            tuple(
                "Warned",
                "gcloud sql instances patch bare --project=p1 --enable-point-in-time-recovery"));
  }

  @Test
  void everythingThatKeepsAPlanAwayIsSaidAtOnce() {
    job.environment(CloudSqlEndpoint.PROXY_VARIABLE, "127.0.0.1:1");
    job.input(input ->
        onInstance(
            input,
            List.of(
                new RunnerInput.Secret(
                    RunnerInput.PASSWORD_VARIABLE, "p1", "orders-password", "latest"))));

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("PreflightFailed");
    assertThat(run.result().message())
        .startsWith("2 checks before the plan fail: ")
        .contains("gcloud secrets create orders-password")
        .contains("nothing answers at database");
    assertThat(run.checks())
        .extracting(CheckResult::name, CheckResult::result)
        .contains(
            tuple("secret orders-password (password)", "Failed"),
            tuple("instance", "Passed"),
            tuple("network", "Failed"),
            tuple("login", "Skipped"));
  }

  @Test
  void onlyWhatIsWrongWithTheInstanceIsSaidWhereThatIsAll() {
    instance.pretend("RUNNABLE", "NEVER");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("InstanceStopped");
    assertThat(run.checks()).hasSize(1);
  }

  private RunnerInput onInstance(RunnerInput input, List<RunnerInput.Secret> secrets) {
    return input
        .withDatabase(new RunnerInput.Database(INSTANCE, null, null, job.database(), null, null))
        .withGoogle(new RunnerInput.Google("migrator", secrets, true));
  }
}
