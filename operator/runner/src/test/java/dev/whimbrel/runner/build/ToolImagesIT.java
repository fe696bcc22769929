package dev.whimbrel.runner.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ImageBuild;
import dev.whimbrel.api.v1alpha1.SourceArchive;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.runner.Log;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeBuild;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are made before a plan, by builds of the fake: its docker knows COPY, and no RUN. */
@Tag("google")
class ToolImagesIT {

  private static final String URL = "https://github.com/kotori-io/kotori.git";
  private static final String DOCKERFILE =
      "# the tool\n"
          + "FROM python:3.11-slim\n"
          + "RUN pip install alembic\n"
          + "WORKDIR /app/backend\n"
          + "COPY . .\n";

  @TempDir private static Path folder;

  private static BuildStage stage;
  private static Path repository;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws IOException {
    stage = new BuildStage();
    Path base = Files.createDirectories(folder.resolve("base/home/kotori"));
    repository = Files.createDirectories(folder.resolve("repository"));
    git("init", "--quiet");
    stage.builds().withBase("python:3.11-slim", base.getParent().getParent());
    stage.builds().withRepository(URL, repository);
  }

  @AfterAll
  static void stop() throws IOException {
    stage.close();
  }

  @AfterEach
  void clear() {
    stage.cloud().faults().clear();
    stage.builds().pushesAllowed(true).behavior().queuedFor(Duration.ZERO);
  }

  @Test
  void anImageIsMadeOfACommitOnceAndNamedByItsDigest() throws Exception {
    String commit = commit("backend/Dockerfile", DOCKERFILE, "backend/alembic.ini", "[alembic]\n");
    int before = builds();

    String first = image(obtain("plan-1", ofGit(commit)));
    String second = image(obtain("plan-2", ofGit(commit)));
    String other = commit("backend/alembic.ini", "[alembic]\nscript_location = migrations\n");
    String third = image(obtain("plan-3", ofGit(other)));

    assertThat(first).matches("registry.example.com/kotori/api@sha256:[0-9a-f]{64}");
    assertThat(second).isEqualTo(first);
    assertThat(third).isNotEqualTo(first);
    assertThat(builds()).isEqualTo(before + 2);
    assertThat(stage.last().json().path("images").get(0).asText())
        .isEqualTo("registry.example.com/kotori/api:migration-" + other.substring(0, 7));
    assertThat(stage.last().json().path("steps").get(0).path("script").asText())
        .contains("docker build", "\"$IMAGE\"");
    assertThat(stage.last().json().path("options").path("pool").path("name").asText())
        .isEqualTo(BuildStage.POOL);
  }

  @Test
  void anImageIsMadeOfAnArchiveToo() throws Exception {
    Path context = Files.createDirectories(folder.resolve("context"));
    Files.writeString(context.resolve("Dockerfile"), DOCKERFILE);
    Path archive = folder.resolve("source.tgz");
    HostCommand.require(
        folder,
        folder.resolve("tar.log"),
        List.of("tar", "-czf", archive.toString(), "-C", context.toString(), "."));
    stage.builds().withArchive("gs://sources/kotori.tgz#17", archive);

    String image = image(obtain("archive-1", ofArchive("17")));
    StepEnd missing = none(obtain("archive-2", ofArchive("18")));

    assertThat(image).contains("@sha256:");
    assertThat(missing.reason()).isEqualTo("ImageSourceNotFetched");
    assertThat(missing.message())
        .contains("gs://sources/kotori.tgz#18", "spec.source.alembic.build", "mig@p1");
  }

  @Test
  void aDockerfileThatFailsIsShownByTheEndOfItsLog() throws Exception {
    String commit = commit("backend/Dockerfile", "FROM python:3.11-slim\nCOPY nothing.txt /\n");

    StepEnd failed = none(obtain("broken-1", ofGit(commit)));
    commit("unrelated", "x");
    StepEnd again = none(obtain("broken-2", ofGit(commit)));

    assertThat(failed.reason()).isEqualTo("ImageBuildFailed");
    assertThat(failed.message())
        .contains(
            "of image registry.example.com/kotori/api:migration-" + commit.substring(0, 7),
            "build step 0 \"gcr.io/cloud-builders/docker\" failed",
            "COPY nothing.txt / / ERROR: failed to solve",
            "\"/nothing.txt\": not found")
        .doesNotContain("\n");
    assertThat(again.reason()).as("who retries has it made anew").isEqualTo("ImageBuildFailed");
    assertThat(stage.last().tags()).contains("broken-2-image");
    assertThat(log.toString(UTF_8)).contains("What the build said last");
  }

  @Test
  void anImageThatMayNotBePushedNamesTheGrant() throws Exception {
    String commit = commit("backend/Dockerfile", DOCKERFILE, "backend/pushed", "no");
    stage.builds().pushesAllowed(false);

    StepEnd denied = none(obtain("denied-1", ofGit(commit)));

    assertThat(denied.reason()).isEqualTo("ImageNotPushed");
    assertThat(denied.message())
        .contains("roles/artifactregistry.writer", "serviceAccount:mig@p1.iam.gserviceaccount.com");
  }

  @Test
  void aBuildOfAnotherJobThatIsAtItIsWaitedFor() throws Exception {
    String commit = commit("backend/Dockerfile", DOCKERFILE, "backend/shared", "yes");
    stage.builds().behavior().queuedFor(Duration.ofSeconds(3));
    CompletableFuture<ToolImages.Outcome> first =
        CompletableFuture.supplyAsync(
            () -> obtain("shared-1", ofGit(commit)), task -> Thread.ofPlatform().start(task));
    Awaitility.await().until(() -> stage.last().tags().contains("shared-1-image"));
    int before = builds();

    String second = image(obtain("shared-2", ofGit(commit)));

    assertThat(second).isEqualTo(image(first.join()));
    assertThat(builds()).isEqualTo(before);
  }

  @Test
  void aLostAnswerLeadsToNoSecondBuild() throws Exception {
    String commit = commit("backend/Dockerfile", DOCKERFILE, "backend/lost", "answer");
    stage.cloud().faults().onNext(ApiCall.CREATE_BUILD, FakeFault.unavailableAfterCommit());
    int before = builds();

    assertThat(image(obtain("lost-1", ofGit(commit)))).contains("@sha256:");

    assertThat(builds()).isEqualTo(before + 1);
  }

  private ToolImages.Outcome obtain(String tag, ImageBuild wanted) {
    BuildInput input =
        new BuildInput(
            tag,
            BuildStage.POOL,
            "mig@p1.iam.gserviceaccount.com",
            "whimbrel",
            60,
            60,
            Map.of(),
            new BuildInput.Tool(null, "/app/backend", Map.of(), Map.of()),
            new BuildInput.ToolImage(wanted, 60));
    Log runner = new Log(new PrintStream(log, true, UTF_8), Clock.systemUTC());
    try (CloudBuildClient client =
        CloudBuildClient.fromEnvironment(
            Map.of(CloudBuildClient.ENDPOINT_VARIABLE, stage.cloud().grpcEndpoint().toString()))) {
      return new ToolImages(
              client, input, runner, Clock.systemUTC(), Sleeper.ofThread(), () -> false)
          .obtain();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ImageBuild ofGit(String commit) {
    return new ImageBuild(
        "registry.example.com/kotori/api", commit, URL, null, null, "backend", null, null);
  }

  private static ImageBuild ofArchive(String generation) {
    return new ImageBuild(
        "registry.example.com/kotori/api",
        "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d",
        null,
        null,
        new SourceArchive("sources", "kotori.tgz", generation),
        null,
        null,
        null);
  }

  private static String image(ToolImages.Outcome outcome) {
    assertThat(outcome).isInstanceOf(ToolImages.Outcome.Pinned.class);
    return ((ToolImages.Outcome.Pinned) outcome).image();
  }

  private static StepEnd none(ToolImages.Outcome outcome) {
    assertThat(outcome).isInstanceOf(ToolImages.Outcome.None.class);
    return ((ToolImages.Outcome.None) outcome).end();
  }

  private static int builds() {
    return (int) stage.builds().builds().stream().map(FakeBuild::id).distinct().count();
  }

  /** Files by name and content, committed; the hash of the commit. */
  private static String commit(String... files) throws IOException {
    for (int i = 0; i < files.length; i += 2) {
      Path file = repository.resolve(files[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, files[i + 1]);
    }
    git("add", "--all");
    git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "c");
    return git("rev-parse", "HEAD").strip();
  }

  private static String git(String... arguments) throws IOException {
    Path out = Files.createTempFile(folder, "git", ".log");
    List<String> command = new java.util.ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    HostCommand.require(repository, out, command);
    return Files.readString(out);
  }
}
