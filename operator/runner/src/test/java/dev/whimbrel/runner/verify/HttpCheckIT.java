package dev.whimbrel.runner.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import dev.whimbrel.protocol.RunnerInput.Latency;
import dev.whimbrel.protocol.RunnerInput.Rollout;
import dev.whimbrel.protocol.RunnerInput.Verify;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests before and after a migration, to an application on this machine. */
@Tag("postgres")
class HttpCheckIT {

  private static final String SECRET = "Bearer do-not-show-this";

  private final RunnerHarness job = new RunnerHarness();
  private final TestApplication application = new TestApplication();
  private final CountDownLatch never = new CountDownLatch(1);

  @BeforeEach
  void oneRevision() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
  }

  @AfterEach
  void close() {
    never.countDown();
    application.close();
    job.close();
  }

  @Test
  void aHealthyApplicationPassesBeforeAndAfter() {
    application.on("/", exchange -> TestApplication.answer(exchange, 200, "{\"status\": \"ok\"}"));

    RunnerHarness.Run run =
        migrate(with(check(application.url("/")), "\"status\":\\s*\"ok\"", false, null));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(result(run, "http api").result()).isEqualTo(CheckResult.PASSED);
    assertThat(application.requests()).hasSize(2);
  }

  @Test
  void nothingStartsWhereTheApplicationIsBrokenAlready() {
    application.on("/", exchange -> TestApplication.answer(exchange, 503, "secret body"));

    RunnerHarness.Run run = migrate(check(application.url("/health?token=abc")));

    assertThat(run.result().step()).isEqualTo(Step.MIGRATE);
    assertThat(run.result().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.result().reason()).isEqualTo("UnhealthyBefore");
    assertThat(run.result().message())
        .contains("check \"api\" fails before the migration, so nothing was started")
        .contains("/health answered 503 instead of 200 (after 2 attempts)")
        .doesNotContain("abc");
    assertThat(run.log()).doesNotContain("secret body");
    assertThat(job.query("SELECT to_regclass('users')")).isNull();
  }

  @Test
  void anApplicationThatBreaksFailsTheVerification() {
    application.on(
        "/",
        exchange ->
            TestApplication.answer(exchange, application.requests().size() == 1 ? 200 : 500, ""));

    RunnerHarness.Run run = migrate(check(application.url("/")));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(run.result().message())
        .contains("check \"api\" GET http://127.0.0.1")
        .contains("answered 500 instead of 200");
    assertThat(job.query("SELECT to_regclass('users')")).isEqualTo("users");
  }

  @Test
  void aRetryHelps() {
    application.on(
        "/",
        exchange ->
            TestApplication.answer(exchange, application.requests().size() == 2 ? 500 : 200, ""));

    RunnerHarness.Run run = migrate(check(application.url("/")));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(application.requests()).hasSize(3);
  }

  @Test
  void headersComeFromTheMountedSecretAndAreNeverShown() throws IOException {
    header("Authorization", SECRET + "\n");
    application.on("/", exchange -> TestApplication.answer(exchange, 401, SECRET));

    RunnerHarness.Run run = migrate(with(check(application.url("/")), null, true, null));

    assertThat(application.requests().getFirst().get("Authorization")).containsExactly(SECRET);
    assertThat(run.log()).doesNotContain("do-not-show-this");
    assertThat(run.result().toString()).doesNotContain("do-not-show-this");
  }

  @Test
  void aHeaderThatCannotBeSentIsNotShownEither() throws IOException {
    header("Authorization", "do-not-show\u0001-this");
    application.on("/", exchange -> TestApplication.answer(exchange, 200, ""));

    RunnerHarness.Run run = migrate(with(check(application.url("/")), null, true, null));

    assertThat(run.result().message()).contains("the name or value of a header, is not valid");
    assertThat(run.log()).doesNotContain("do-not-show");
    assertThat(application.requests()).isEmpty();
  }

  @Test
  void aSecretThatIsMissingIsNamed() {
    RunnerHarness.Run run = migrate(with(check(application.url("/")), null, true, null));

    assertThat(run.result().reason()).isEqualTo("NoHeaders");
    assertThat(run.result().message())
        .contains("spec.verify.http[\"api\"].headersFrom names does not exist or has no keys");
  }

  @Test
  void headersFollowWithinTheHostAndNotToAnother() throws IOException {
    header("Authorization", SECRET);
    application.on("/in", exchange -> TestApplication.redirect(exchange, "/end"));
    application.on(
        "/out", exchange -> TestApplication.redirect(exchange, application.otherHost("/end")));
    application.on("/end", exchange -> TestApplication.answer(exchange, 200, ""));

    RunnerHarness.Run within = migrate(with(check(application.url("/in")), null, true, null));
    job.file("V2__none.sql", "SELECT 1;\n");
    RunnerHarness.Run beyond = migrate(with(check(application.url("/out")), null, true, null));

    assertThat(within.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(beyond.result().message())
        .contains("redirects to http://localhost:")
        .contains("where the headers are not sent");
  }

  @Test
  void withoutHeadersARedirectToAnotherHostIsFollowedButNotToAMetadataServer() {
    application.on(
        "/out", exchange -> TestApplication.redirect(exchange, application.otherHost("/end")));
    application.on("/end", exchange -> TestApplication.answer(exchange, 200, ""));
    application.on(
        "/metadata",
        exchange -> TestApplication.redirect(exchange, "http://169.254.169.254/token"));

    RunnerHarness.Run beyond = migrate(check(application.url("/out")));
    job.file("V2__none.sql", "SELECT 1;\n");
    RunnerHarness.Run metadata = migrate(check(application.url("/metadata")));

    assertThat(beyond.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(metadata.result().message())
        .contains("leads to 169.254.169.254, a metadata server or link-local address");
  }

  @Test
  void aRedirectMayBeWhatIsExpected() {
    application.on("/", exchange -> TestApplication.redirect(exchange, "/login"));

    RunnerHarness.Run run =
        migrate(new HttpCheck("api", application.url("/"), 302, null, false, 2000, 0, null));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void whatIsBeyondTheFirstMebibyteIsNotRead() {
    application.on(
        "/", exchange -> TestApplication.answer(exchange, 200, " ".repeat(1024 * 1024) + "ok"));

    RunnerHarness.Run run = migrate(with(check(application.url("/")), "ok", false, null));

    assertThat(run.result().message()).contains("the body does not match its bodyPattern");
  }

  @Test
  void aBodyThatNeverEndsIsNotWaitedFor() {
    application.on(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          await();
        });

    RunnerHarness.Run run =
        migrate(new HttpCheck("api", application.url("/"), 200, null, false, 300, 0, null));

    assertThat(run.result().message()).contains("did not answer within 300 ms");
  }

  @Test
  void nobodyListeningIsSaidInWords() {
    String url = application.url("/");
    application.close();

    RunnerHarness.Run run = migrate(new HttpCheck("api", url, 200, null, false, 2000, 0, null));

    assertThat(run.result().message()).contains("is not reachable");
  }

  @Test
  void responseTimesAreComparedAndTooSlowIsAWarning() {
    slowAfter(28);

    RunnerHarness.Run run =
        migrate(with(check(application.url("/")), null, false, new Latency(2, 20, 20, false)));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    CheckResult latency = result(run, "latency api");
    assertThat(latency.result()).isEqualTo(CheckResult.WARNED);
    assertThat(latency.message()).contains("has become slower: median of 20 requests");
    assertThat(millis(latency.before())).isLessThan(60);
    assertThat(millis(latency.after())).isGreaterThanOrEqualTo(60);
  }

  @Test
  void tooSlowFailsWhereTheSpecSaysSo() {
    slowAfter(28);

    RunnerHarness.Run run =
        migrate(with(check(application.url("/")), null, false, new Latency(2, 20, 20, true)));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(run.result().message()).contains("check \"api\" has become slower");
  }

  @Test
  void aDifferenceBelowTheFloorIsNeverTooSlow() {
    slowAfter(28);

    RunnerHarness.Run run =
        migrate(with(check(application.url("/")), null, false, new Latency(2, 5000, 20, true)));

    assertThat(result(run, "latency api").result()).isEqualTo(CheckResult.PASSED);
  }

  @Test
  void aJobThatOnlyVerifiesHasNoResponseTimesToCompareWith() {
    application.on("/", exchange -> TestApplication.answer(exchange, 200, ""));
    job.migrate();
    verifying(with(check(application.url("/")), null, false, new Latency(2, 50, 20, true)));

    RunnerHarness.Run run = job.run(Step.VERIFY);

    assertThat(result(run, "http api").result()).isEqualTo(CheckResult.PASSED);
    assertThat(result(run, "latency api").result()).isEqualTo(CheckResult.SKIPPED);
    assertThat(result(run, "latency api").message()).startsWith("no baseline");
  }

  @Test
  void aRolloutIsWatchedUntilItsTimeIsOver() {
    application.on("/", exchange -> TestApplication.answer(exchange, 200, ""));
    job.migrate();

    RunnerHarness.Run run = watch(1, new Latency(100, 5000, 20, true));

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.checks())
        .extracting(CheckResult::name)
        .containsExactly("revision", "http api", "latency api");
    assertThat(result(run, "latency api").before()).isEqualTo("12ms");
    assertThat(application.requests()).hasSizeGreaterThanOrEqualTo(2 + 5 + 20);
  }

  @Test
  void aRolloutThatBreaksAfterAWhileFails() {
    application.on(
        "/",
        exchange ->
            TestApplication.answer(exchange, application.requests().size() == 1 ? 200 : 500, ""));
    job.migrate();

    RunnerHarness.Run run = watch(1, null);

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(run.result().message()).contains("answered 500 instead of 200");
  }

  private RunnerHarness.Run watch(long seconds, Latency latency) {
    HttpCheck check = with(check(application.url("/")), null, false, latency);
    job.input(input ->
        input.withVerify(
            new Verify(List.of(check), null, new Rollout(seconds, Map.of("api", 12L)))));
    return job.run(Step.VERIFY);
  }

  /** 60 ms slower from that request on: the check, the warm-up and the samples of before. */
  private void slowAfter(int requests) {
    application.on(
        "/",
        exchange -> {
          if (application.requests().size() >= requests) {
            await(Duration.ofMillis(60));
          }
          TestApplication.answer(exchange, 200, "");
        });
  }

  private void await() {
    await(Duration.ofSeconds(30));
  }

  private void await(Duration atMost) {
    try {
      never.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long millis(String text) {
    return Long.parseLong(text.substring(0, text.length() - "ms".length()));
  }

  private void header(String name, String value) throws IOException {
    Path directory = job.root().resolve("whimbrel/headers/0");
    Files.createDirectories(directory.resolve("..data"));
    Files.writeString(directory.resolve(name), value);
  }

  private RunnerHarness.Run migrate(HttpCheck check) {
    var plan = job.plan();
    verifying(check);
    return job.run(plan, Step.MIGRATE, Step.VERIFY);
  }

  private void verifying(HttpCheck check) {
    job.input(input -> input.withVerify(new Verify(List.of(check), null)));
  }

  static HttpCheck check(String url) {
    return new HttpCheck("api", url, 200, null, false, 2000, 1, null);
  }

  private static HttpCheck with(
      HttpCheck check, String bodyPattern, boolean headers, Latency latency) {
    return new HttpCheck(
        check.name(),
        check.url(),
        check.expectStatus(),
        bodyPattern,
        headers,
        check.timeoutMillis(),
        check.retries(),
        latency);
  }

  private static CheckResult result(RunnerHarness.Run run, String name) {
    return run.checks().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }
}
