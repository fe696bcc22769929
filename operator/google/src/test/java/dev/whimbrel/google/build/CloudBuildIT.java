package dev.whimbrel.google.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.google.build.BuildRecord.Status;
import dev.whimbrel.google.cloudsql.FixedCredentials;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeBuild;
import dev.whimbrel.testkit.google.FakeBuildBehavior.Moment;
import dev.whimbrel.testkit.google.FakeCloudBuild;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Our client and Google's library against the fake's builds, which really run. */
@Tag("google")
class CloudBuildIT {

  private static final WorkerPool POOL =
      WorkerPool.parse("projects/p1/locations/europe-west3/workerPools/private");

  private static FakeGoogleCloud cloud;
  private static FakeCloudBuild builds;
  private static CloudBuildClient client;

  private final String tag = "whimbrel-" + UUID.randomUUID();

  @BeforeAll
  static void startCloud() throws IOException {
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    builds =
        cloud
            .cloudBuild()
            .withPool(POOL.resource())
            .withImage("shell", SimulatedImage.entrypoint("/bin/sh"));
    client =
        CloudBuildClient.connect(
            new FixedCredentials(cloud.accessToken()),
            Optional.of(cloud.grpcEndpoint()),
            Duration.ofSeconds(10));
  }

  @AfterAll
  static void stopCloud() throws IOException {
    client.close();
    cloud.close();
  }

  @BeforeEach
  void allIsWell() {
    cloud.faults().clear();
    builds.behavior().queuedFor(Duration.ZERO).showOutputs(true);
  }

  @Test
  void stepsThatWaitForNothingRunAtTheSameTimeAndShareAFolder() throws Exception {
    String share = "$WHIMBREL_ROOT/shared";
    BuildRequest request =
        request(
            step("a", "mkfifo " + share + "/f; echo from a > " + share + "/f"),
            step(
                "b",
                "until [ -p "
                    + share
                    + "/f ]; do :; done; cat "
                    + share
                    + "/f > $BUILDER_OUTPUT/output"),
            waiting("c", "echo after b > $BUILDER_OUTPUT/output", "b"));

    BuildRecord build = ended(watch(request));

    assertThat(build.status()).as("%s", build).isEqualTo(Status.SUCCESS);
    assertThat(output(build, "b")).isEqualTo("from a\n");
    assertThat(output(build, "c")).isEqualTo("after b\n");
    assertThat(build.outputs()).doesNotContainKey("a");
  }

  @Test
  void whatLooksLikeASubstitutionArrivesAsItWasWritten() throws Exception {
    BuildRequest request =
        request(
            new BuildStepRequest(
                "a",
                "shell",
                Optional.of("/bin/sh"),
                List.of("-c", "printf '%s' \"$TEXT\" '$HOME $$' > $BUILDER_OUTPUT/output"),
                Optional.empty(),
                Map.of("TEXT", "$PATH ${_X} $$ $5"),
                List.of(),
                List.of(),
                false),
            step("b", ":"));

    BuildRecord build = ended(watch(request));

    assertThat(output(build, "a")).isEqualTo("$PATH ${_X} $$ $5$HOME $$");
  }

  @Test
  void aFailedStepEndsTheOthersUnlessItMayFail() throws Exception {
    BuildRequest fatal = request(step("a", "exit 3"), step("b", "sleep 60"));
    BuildRecord failed = ended(watch(fatal));

    assertThat(failed.status()).isEqualTo(Status.FAILURE);
    assertThat(failed.failure()).contains("USER_BUILD_STEP");
    assertThat(failed.detail()).hasValueSatisfying(text -> assertThat(text).contains("status: 3"));
  }

  @Test
  void aLostAnswerToItsCreationLeadsToThatBuildAndToNoOther() throws Exception {
    cloud.faults().onNext(ApiCall.CREATE_BUILD, FakeFault.unavailableAfterCommit());

    BuildRecord build = ended(watch(request(step("a", ":"), step("b", ":"))));

    assertThat(build.status()).isEqualTo(Status.SUCCESS);
    assertThat(tagged()).hasSize(1);
  }

  @Test
  void whoComesLaterFindsTheBuildAndCreatesNone() throws Exception {
    BuildRecord first = ended(watch(request(step("a", ":"), step("b", ":"))));
    BuildRecord second = ended(watch(request(step("a", ":"), step("b", ":"))));

    assertThat(second.id()).isEqualTo(first.id());
    assertThat(tagged()).hasSize(1);
  }

  @Test
  void brokenConnectionsWhileItRunsSayNothingAboutTheBuild() throws Exception {
    cloud
        .faults()
        .onNext(
            ApiCall.GET_BUILD,
            new FakeFault.Reset(),
            FakeFault.unavailable(),
            FakeFault.throttled(),
            new FakeFault.CommitThenReset());

    BuildRecord build = ended(watch(request(step("a", ":"), step("b", ":"))));

    assertThat(build.status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void itIsCancelledWhereThatIsAskedFor() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Sleeper asksAfterAWhile =
        pause -> {
          stop.set(tagged().stream().anyMatch(build -> build.status().equals("WORKING")));
          Thread.sleep(pause);
        };

    BuildEnd end =
        watch(request(step("a", "sleep 60"), step("b", ":")), asksAfterAWhile, stop::get);

    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.Ended.class,
            ended -> {
              assertThat(ended.cancelled()).isTrue();
              assertThat(ended.build().status()).isEqualTo(Status.CANCELLED);
            });
  }

  @Test
  void whatEndsBesidesItsStepsIsNoSuccess() throws Exception {
    builds.behavior().endNext(Moment.QUEUED, "EXPIRED", "");
    BuildRecord expired = ended(watch(request(step("a", ":"), step("b", ":"))));
    builds.behavior().endNext(Moment.STEPS_DONE, "INTERNAL_ERROR", "");

    BuildEnd broken =
        new WatchedBuild(
                client,
                withTag(request(step("a", ":"), step("b", ":")), tag + "-2"),
                Clock.systemUTC(),
                Sleeper.ofThread(),
                () -> false)
            .run();

    assertThat(expired.status()).isEqualTo(Status.EXPIRED);
    assertThat(ended(broken).status()).isEqualTo(Status.INTERNAL_ERROR);
  }

  @Test
  void aBuildBeyondItsTimeIsEnded() throws Exception {
    BuildRecord build =
        ended(
            watch(
                new BuildRequest(
                    POOL,
                    "mig@p1.iam.gserviceaccount.com",
                    tag,
                    List.of(),
                    List.of(step("a", "sleep 60"), step("b", ":")),
                    Map.of(),
                    Map.of("shared", "/shared"),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(60))));

    assertThat(build.status()).isEqualTo(Status.TIMEOUT);
  }

  @Test
  void aSecretThatCannotBeReadFailsTheBuildWhileItRuns() throws Exception {
    cloud.secrets().create("p1", "denied").add("of others").deny();

    BuildRecord missing = ended(watch(withSecret(tag, "PASSWORD")));
    BuildRecord denied = ended(watch(withSecret(tag + "-denied", "denied")));

    assertThat(missing.status()).isEqualTo(Status.FAILURE);
    assertThat(missing.detail())
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains("build step 0 \"shell\" failed: failed to access secret version")
                .contains("code = NotFound"));
    assertThat(denied.status()).isEqualTo(Status.FAILURE);
    assertThat(denied.detail())
        .hasValueSatisfying(text ->
            assertThat(text)
                .contains(
                    "code = PermissionDenied desc = Permission 'secretmanager.versions.access'"
                        + " denied"));
  }

  private BuildRequest withSecret(String unique, String secret) {
    BuildStepRequest reader =
        new BuildStepRequest(
            "a",
            "shell",
            Optional.of("/bin/sh"),
            List.of("-c", ":"),
            Optional.empty(),
            Map.of(),
            List.of("PASSWORD"),
            List.of(),
            false);
    return new BuildRequest(
        POOL,
        "mig@p1.iam.gserviceaccount.com",
        unique,
        List.of(),
        List.of(reader, step("b", ":")),
        Map.of("PASSWORD", "projects/p1/secrets/" + secret + "/versions/1"),
        Map.of("shared", "/shared"),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60));
  }

  @Test
  void anotherRegionThanThePoolsIsRefused() throws Exception {
    WorkerPool elsewhere =
        WorkerPool.parse("projects/p1/locations/us-central1/workerPools/private");

    BuildEnd end =
        watch(
            new BuildRequest(
                elsewhere,
                "mig@p1.iam.gserviceaccount.com",
                tag,
                List.of(),
                List.of(step("a", ":"), step("b", ":")),
                Map.of(),
                Map.of("shared", "/shared"),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60)));

    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.None.class,
            none -> {
              assertThat(none.permanent()).isTrue();
              assertThat(none.reason()).isEqualTo("WorkerPoolNotFound");
              assertThat(none.message())
                  .contains("workerpool not found", "spec.run.cloudBuild.workerPool");
            });
  }

  @Test
  void whoMayNotCreateBuildsIsToldWhatToGrant() throws Exception {
    cloud.faults().onNext(ApiCall.CREATE_BUILD, FakeFault.denied());

    BuildEnd end = watch(request(step("a", ":"), step("b", ":")));

    assertThat(end)
        .isInstanceOfSatisfying(
            BuildEnd.None.class,
            none ->
                assertThat(none.message())
                    .contains("cloudbuild.builds.create", "roles/iam.serviceAccountUser"));
  }

  private BuildRequest request(BuildStepRequest... steps) {
    return new BuildRequest(
        POOL,
        "mig@p1.iam.gserviceaccount.com",
        tag,
        List.of("whimbrel"),
        List.of(steps),
        Map.of(),
        Map.of("shared", "/shared"),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60));
  }

  private static BuildRequest withTag(BuildRequest request, String other) {
    return new BuildRequest(
        request.pool(),
        request.serviceAccount(),
        other,
        request.tags(),
        request.steps(),
        request.secrets(),
        request.volumes(),
        request.timeout(),
        request.queueTtl());
  }

  private static BuildStepRequest step(String id, String script) {
    return waiting(id, script);
  }

  private static BuildStepRequest waiting(String id, String script, String... before) {
    return new BuildStepRequest(
        id,
        "shell",
        Optional.of("/bin/sh"),
        List.of("-c", script),
        Optional.empty(),
        Map.of(),
        List.of(),
        List.of(before),
        false);
  }

  private static BuildEnd watch(BuildRequest request) throws InterruptedException {
    return watch(request, Sleeper.ofThread(), () -> false);
  }

  private static BuildEnd watch(BuildRequest request, Sleeper sleeper, BooleanSupplier stopped)
      throws InterruptedException {
    return new WatchedBuild(client, request, Clock.systemUTC(), sleeper, stopped).run();
  }

  private static BuildRecord ended(BuildEnd end) {
    assertThat(end).isInstanceOf(BuildEnd.Ended.class);
    return ((BuildEnd.Ended) end).build();
  }

  private static String output(BuildRecord build, String step) {
    return new String(build.outputs().get(step), UTF_8);
  }

  private List<FakeBuild> tagged() {
    return builds.builds().stream().filter(build -> build.tags().contains(tag)).toList();
  }
}
