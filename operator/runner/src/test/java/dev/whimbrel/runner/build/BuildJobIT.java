package dev.whimbrel.runner.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.build.BuildRequest;
import dev.whimbrel.google.build.BuildStepRequest;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeBuildBehavior.Moment;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Steps that builds do: what the Job leaves behind is what a pod of the runner would leave. */
@Tag("google")
class BuildJobIT {

  private static BuildStage stage;

  private final RunnerHarness job = new RunnerHarness();

  @BeforeAll
  static void start() {
    stage = new BuildStage();
  }

  @AfterAll
  static void stop() throws IOException {
    stage.close();
  }

  @AfterEach
  void clear() {
    stage.cloud().faults().clear();
    stage.builds().behavior().queuedFor(Duration.ZERO);
    job.close();
  }

  @Test
  void aPlanIsMadeCarriedOutAndVerifiedInBuilds() {
    job.file("V1__users.sql", "CREATE TABLE users (id int, name text DEFAULT '$$a$HOME');\n");
    MigrationPlanSpec planned = build().plan();

    RunnerHarness.Run migrated = build().run(planned, Step.MIGRATE, Step.VERIFY);

    assertThat(planned.revisions()).hasSize(1);
    assertThat(String.join("\n", planned.revisions().getFirst().sql())).contains("$$a$HOME");
    assertThat(migrated.result().outcome()).as(migrated.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(migrated.exit()).isZero();
    assertThat(migrated.result().restorePoint()).isNotNull();
    assertThat(job.query("SELECT version FROM flyway_schema_history")).isEqualTo("1");
    assertThat(stage.last().json().toString()).doesNotContain("CREATE TABLE");
  }

  @Test
  void aPlanThatOneOutputCannotHoldComesOutWhole() {
    // Hashes do not compress.
    String noise =
        IntStream.range(0, 3500)
            .mapToObj(i -> "-- " + Sha256.hex("line " + i))
            .collect(Collectors.joining("\n"));
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n" + noise + "\n");

    MigrationPlanSpec planned = build().plan();

    assertThat(planned.revisions().getFirst().sql()).hasSizeGreaterThan(3500);
    assertThat(
            stage
                .last()
                .json()
                .path("results")
                .path("buildStepOutputs")
                .valueStream()
                .filter(output -> output.asText().length() > 60_000))
        .hasSizeGreaterThan(1);
  }

  @Test
  void thePreflightOfAPlanBeginsWithThePool() {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n");
    MigrationPlanSpec seen = build().plan();
    stage.cloud().faults().onNext(ApiCall.GET_WORKER_POOL, FakeFault.denied());
    MigrationPlanSpec unseen = build().plan();
    int before = stage.builds().builds().size();
    stage.builds().withPool(BuildStage.POOL, "UPDATING");
    RunnerHarness.Run later = build().run(Step.PLAN);
    stage.builds().withPool(BuildStage.POOL);

    CheckResult running = seen.preflight().getFirst();
    assertThat(running.name()).isEqualTo("worker pool");
    assertThat(running.result()).isEqualTo("Passed");
    assertThat(running.message()).isEqualTo(BuildStage.POOL + " is RUNNING");
    CheckResult hidden = unseen.preflight().getFirst();
    assertThat(hidden.result()).isEqualTo("Skipped");
    assertThat(hidden.message()).contains("roles/cloudbuild.workerPoolViewer");
    assertThat(hidden.remedy())
        .startsWith("gcloud projects add-iam-policy-binding p1 --member=serviceAccount:")
        .endsWith(" --role=roles/cloudbuild.workerPoolViewer");
    assertThat(later.exit()).isEqualTo(20);
    assertThat(later.result().reason()).isEqualTo("WorkerPoolNotRunning");
    assertThat(later.result().message()).contains("UPDATING");
    assertThat(stage.builds().builds()).hasSize(before);
  }

  @Test
  void aFailureOfTheDatabaseIsToldAsByAPod() {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\nSELECT 1/0;\n");
    MigrationPlanSpec planned = build().plan();

    RunnerHarness.Run failed = build().run(planned, Step.MIGRATE, Step.VERIFY);

    assertThat(failed.exit()).isEqualTo(10);
    assertThat(failed.result().sqlState()).isEqualTo("22012");
    assertThat(failed.result().message()).contains("V1__users.sql");
    assertThat(stage.last().status()).isEqualTo("SUCCESS");
  }

  @Test
  void aLostAnswerAndBrokenConnectionsChangeNothing() {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n");
    int before = stage.builds().builds().size();
    stage.cloud().faults().onNext(ApiCall.CREATE_BUILD, FakeFault.unavailableAfterCommit());
    stage.cloud().faults().onNext(ApiCall.GET_BUILD, new FakeFault.Reset(), new FakeFault.Reset());

    build().plan();

    assertThat(stage.builds().builds()).hasSize(before + 1);
  }

  @Test
  void anErrorOfCloudBuildAfterTheSqlHasRunLeavesItToTheHistory() {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n");
    MigrationPlanSpec planned = build().plan();
    stage.builds().behavior().endNext(Moment.STEPS_DONE, "INTERNAL_ERROR", "");

    RunnerHarness.Run broken = build().run(planned, Step.MIGRATE, Step.VERIFY);
    RunnerHarness.Run inspected = build().run(planned, Step.INSPECT);

    assertThat(broken.result().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(broken.result().kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(broken.result().reason()).isEqualTo("BuildInternalError");
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void whoFindsNoWorkerInTimeHasRunNothing() {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n");
    MigrationPlanSpec planned = build().plan();
    stage.builds().behavior().queuedFor(Duration.ofSeconds(30));

    RunnerHarness.Run expired = stage.use(job, null, 60, 1).run(planned, Step.MIGRATE);

    assertThat(expired.exit()).isEqualTo(20);
    assertThat(expired.result().reason()).isEqualTo("BuildExpired");
    assertThat(expired.result().message()).contains(BuildStage.POOL, "nothing ran");
  }

  @Test
  void aBuildThatWaitsForItsTurnKeepsEveryoneElseWaiting() throws Exception {
    job.file("V1__users.sql", "CREATE TABLE users (id int);\n");
    MigrationPlanSpec planned = build().plan();
    RunnerInput.Database database =
        new RunnerInput.Database(
            null, "127.0.0.1", RunnerHarness.server().port(), job.database(), null, null);
    String tag =
        "whimbrel-changes-"
            + Sha256.hex(database.host() + ":" + database.port() + "/" + database.database())
                .substring(0, 16);
    stage.builds().withImage("shell", SimulatedImage.entrypoint("/bin/sh"));
    stage.builds().behavior().queuedFor(Duration.ofSeconds(60));
    client().create(orphan(tag));
    stage.builds().behavior().queuedFor(Duration.ZERO);

    RunnerHarness.Run inspected = build().run(planned, Step.INSPECT);
    RunnerHarness.Run second = build().run(planned, Step.MIGRATE);
    client().cancel(BuildStage.pool(), stage.last().id());
    await().until(() -> stage.last().ended());
    RunnerHarness.Run again = build().run(planned, Step.INSPECT);

    assertThat(inspected.result().outcome()).isEqualTo(Outcome.WAITING_FOR_ORPHAN);
    assertThat(inspected.result().message()).contains("gcloud builds cancel");
    assertThat(second.result().reason()).isEqualTo("AnotherBuild");
    assertThat(again.result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aPodThatIsToldToEndCancelsItsBuild() throws Exception {
    job.file("V1__users.sql", "CREATE TABLE stop (id int);\n");
    job.migrate();
    job.file("V2__more.sql", "CREATE TABLE more (id int);\n");
    job.file("V3__change.sql", "ALTER TABLE stop ADD COLUMN a int;\n");
    MigrationPlanSpec planned = build().plan();
    job.input(input -> input.withGuard(new RunnerInput.Guard(60_000, 5, 60, 120)));
    StopSignal stop = new StopSignal();
    try (Connection pause = job.connect();
        Statement statement = pause.createStatement()) {
      pause.setAutoCommit(false);
      statement.execute("LOCK TABLE stop");
      RunnerHarness told = build();
      CompletableFuture<RunnerHarness.Run> running =
          CompletableFuture.supplyAsync(
              () -> told.run(ExpectedPlan.of(planned), null, stop, Step.MIGRATE),
              // Not the common pool: the ends of processes are heard there.
              task -> Thread.ofPlatform().start(task));
      await().atMost(Duration.ofSeconds(30)).until(() -> waitsForALock());

      stop.request();

      RunnerHarness.Run ended = running.join();
      assertThat(ended.exit()).isEqualTo(40);
      assertThat(ended.result().reason()).isEqualTo("Terminated");
      assertThat(stage.last().status()).isEqualTo("CANCELLED");
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() ->
            assertThat(build().run(planned, Step.INSPECT).result().outcome())
                .isEqualTo(Outcome.PARTIAL));
  }

  private RunnerHarness build() {
    return stage.use(job, null);
  }

  private static CloudBuildClient client() throws IOException {
    return CloudBuildClient.fromEnvironment(
        Map.of(CloudBuildClient.ENDPOINT_VARIABLE, stage.cloud().grpcEndpoint().toString()));
  }

  private static BuildRequest orphan(String databaseTag) {
    BuildStepRequest step =
        new BuildStepRequest(
            "a",
            "shell",
            Optional.of("/bin/sh"),
            List.of("-c", ":"),
            Optional.empty(),
            Map.of(),
            List.of(),
            List.of(),
            false);
    return new BuildRequest(
        BuildStage.pool(),
        "mig@p1.iam.gserviceaccount.com",
        "whimbrel-of-a-dead-pod",
        List.of(databaseTag),
        List.of(step),
        Map.of(),
        Map.of(),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120));
  }

  private boolean waitsForALock() {
    return "t"
        .equals(
            job.query(
                "SELECT EXISTS (SELECT 1 FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                    + " WHERE NOT granted AND application_name LIKE 'whimbrel/%'"
                    + " AND datname = current_database())"));
  }
}
