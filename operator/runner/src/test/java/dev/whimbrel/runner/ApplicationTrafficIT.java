package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.run.CloudRunClient;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeRunService;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who serves is recorded before the first statement, and goes back before the schema does. */
@Tag("google")
class ApplicationTrafficIT {

  private final RunnerHarness job = new RunnerHarness();
  private FakeGoogleCloud cloud;
  private FakeRunService service;

  @BeforeEach
  void start() throws IOException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    service = cloud.cloudRun().create("p1", "us-central1", "api").deploy("api-1");
    job.environment(CloudRunClient.ENDPOINT_VARIABLE, cloud.endpoint().toString())
        .environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost())
        .file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n")
        .migrate();
    job.file("V2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;\n");
    job.file("U2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name SET NOT NULL;\n");
    onCloudRun(null);
  }

  @AfterEach
  void stop() throws IOException {
    cloud.close();
    job.close();
  }

  @Test
  void aPlanShowsWhoServesAndThatItCouldGoBack() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.preflight())
        .extracting(CheckResult::name, CheckResult::result, CheckResult::message)
        .contains(
            tuple(
                "traffic",
                "Passed",
                "Cloud Run service api of project p1 in us-central1 serves api-1 100 %"),
            tuple("permission to move traffic", "Passed", "run.services.get, run.services.update"));
  }

  @Test
  void withoutTheRightToMoveTrafficNoPlanIsMade() {
    cloud.permissions().revoke("run.services.update");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("TrafficNotMovable");
    assertThat(run.result().message())
        .contains("may read Cloud Run service api", "--role=roles/run.developer")
        .contains("--role=roles/iam.serviceAccountUser");
    assertThat(run.checks())
        .filteredOn(check -> check.name().equals("permission to move traffic"))
        .extracting(CheckResult::result)
        .containsExactly("Failed");
  }

  @Test
  void whoServesIsInTheLogBeforeTheFirstStatement() {
    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
    TrafficStatus split = split(run);
    assertThat(split.service()).isEqualTo("projects/p1/locations/us-central1/services/api");
    assertThat(split.shares()).containsExactly(new TrafficShare("api-1", 100, null));
    assertThat(split.latestReadyRevision()).isEqualTo("api-1");
    assertThat(run.log().indexOf("@whimbrel-traffic"))
        .isPositive()
        .isLessThan(run.log().indexOf("V2__optional_name.sql"));
    assertThat(cloud.journal().count(ApiCall.UPDATE_RUN_SERVICE)).isZero();
  }

  @Test
  void whereItCannotBeReadNothingRuns() {
    MigrationPlanSpec plan = job.plan();
    cloud.permissions().revoke("run.services.get");
    RunnerHarness.Run denied = job.run(plan, Step.MIGRATE);
    cloud.permissions().restore("run.services.get");
    cloud.faults().onNext(ApiCall.GET_RUN_SERVICE, FakeFault.unavailable());

    RunnerHarness.Run unanswered = job.run(plan, Step.MIGRATE);

    assertThat(denied.result().reason()).isEqualTo("TrafficNotRead");
    assertThat(denied.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
    assertThat(denied.result().message()).contains("nothing ran", "may not read");
    assertThat(unanswered.result().reason()).isEqualTo("TrafficNotRead");
    assertThat(unanswered.result().kind()).isEqualTo(RunnerResult.Kind.TRANSIENT);
    assertThat(job.query("SELECT max(version) FROM flyway_schema_history")).isEqualTo("1");
  }

  @Test
  void aRollbackMovesTheTrafficBeforeItUndoesAnything() {
    job.file("V3__broken.sql", "SELECT 1 / 0;\n");
    MigrationPlanSpec plan = job.plan();
    TrafficStatus recorded = split(job.run(plan, Step.MIGRATE)).of("4-1", "1");
    service.deploy("api-2");
    onCloudRun(recorded);

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(run.result().trafficMoved()).isTrue();
    assertThat(run.log().indexOf("Traffic is back"))
        .isPositive()
        .isLessThan(run.log().indexOf("U2__optional_name.sql"));
    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
  }

  @Test
  void whereTheTrafficDoesNotGoBackNeitherDoesTheSchema() {
    job.file("V3__broken.sql", "SELECT 1 / 0;\n");
    MigrationPlanSpec plan = job.plan();
    TrafficStatus recorded = split(job.run(plan, Step.MIGRATE)).of("4-1", "1");
    service.deploy("api-2").deleteRevision("api-1");
    onCloudRun(recorded);

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().reason()).isEqualTo("TrafficNotRestored");
    assertThat(run.result().trafficMoved()).isNull();
    assertThat(run.log()).doesNotContain("Undo begins");
    assertThat(service.percents()).isEqualTo(Map.of("api-2", 100));
  }

  @Test
  void aDowngradeToTheRevisionOfTheSplitTakesTheTrafficAlongAndRecordsNone() {
    TrafficStatus recorded = split(job.run(job.plan(), Step.MIGRATE)).of("4-1", "1");
    service.deploy("api-2");
    onCloudRun(recorded);
    job.flyway().target = "1";
    job.flyway().allowDowngrade = "2";

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
    assertThat(run.result().trafficMoved()).isTrue();
    assertThat(run.result().traffic()).isNull();
    assertThat(service.percents()).isEqualTo(Map.of("api-1", 100));
  }

  @Test
  void aDowngradeToAnotherRevisionLeavesTheTraffic() {
    TrafficStatus recorded = split(job.run(job.plan(), Step.MIGRATE)).of("4-1", "0");
    service.deploy("api-2");
    onCloudRun(recorded);
    job.flyway().target = "1";
    job.flyway().allowDowngrade = "2";

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
    assertThat(run.result().trafficMoved()).isNull();
    assertThat(service.percents()).isEqualTo(Map.of("api-2", 100));
  }

  @Test
  void theTrafficStepMovesOnceAndNeedsNoDatabase() {
    TrafficStatus recorded = split(job.run(job.plan(), Step.MIGRATE)).of("4-1", "1");
    service.deploy("api-2");
    onCloudRun(recorded);
    job.environment(RunnerInput.USER_VARIABLE, "nobody");

    RunnerHarness.Run first = job.run(Step.TRAFFIC);
    RunnerHarness.Run second = job.run(Step.TRAFFIC);

    assertThat(first.result().outcome()).as(first.log()).isEqualTo(Outcome.TRAFFIC_RESTORED);
    assertThat(second.result().outcome()).isEqualTo(Outcome.TRAFFIC_UNCHANGED);
    assertThat(cloud.journal().count(ApiCall.UPDATE_RUN_SERVICE)).isEqualTo(1);
  }

  @Test
  void whatWasNotRecordedIsNotGuessed() {
    RunnerHarness.Run run = job.run(Step.TRAFFIC);

    assertThat(run.result().reason()).isEqualTo("TrafficNotRecorded");
    assertThat(run.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
  }

  private void onCloudRun(TrafficStatus recorded) {
    job.input(input ->
        input.withGoogle(
            new RunnerInput.Google(
                "migrator",
                List.of(),
                null,
                new RunnerInput.CloudRun("p1", "us-central1", "api", recorded))));
  }

  private static TrafficStatus split(RunnerHarness.Run run) {
    assertThat(run.result().traffic()).as(run.log()).isNotNull();
    return Json.read(
        LogDocument.find(LogDocument.Kind.TRAFFIC, run.log(), run.result().traffic()).orElseThrow(),
        TrafficStatus.class);
  }
}
