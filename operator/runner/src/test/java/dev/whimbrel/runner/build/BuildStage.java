package dev.whimbrel.runner.build;

import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.runner.alembic.BridgeFolder;
import dev.whimbrel.testkit.google.FakeBuild;
import dev.whimbrel.testkit.google.FakeCloudBuild;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A pool on which the runner of this very build does the steps of a harness's Jobs. */
public final class BuildStage implements AutoCloseable {

  static final String POOL = "projects/p1/locations/europe-west3/workerPools/private";

  private static final Map<String, Class<?>> PROGRAMS =
      Map.of(
          "build-runner",
          BuildRunner.class,
          "build-document",
          BuildDocument.class,
          "bridge",
          BridgeFolder.class);

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final FakeGoogleCloud cloud;

  /** Starts it. */
  public BuildStage() {
    try {
      cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    builds().withPool(POOL).withImage("whimbrel", BuildStage::runner);
  }

  FakeGoogleCloud cloud() {
    return cloud;
  }

  /** Its Cloud Build. */
  public FakeCloudBuild builds() {
    return cloud.cloudBuild();
  }

  FakeBuild last() {
    return builds().builds().getLast();
  }

  static WorkerPool pool() {
    return WorkerPool.parse(POOL);
  }

  /** From now on the harness's Jobs submit builds; each Job needs this anew, for its tag. */
  public RunnerHarness use(RunnerHarness job, BuildInput.Tool tool) {
    return use(job, tool, 60, 60);
  }

  RunnerHarness use(RunnerHarness job, BuildInput.Tool tool, long timeout, long queue) {
    BuildInput input =
        new BuildInput(
            "whimbrel-test-" + NEXT.incrementAndGet(),
            POOL,
            "mig@p1.iam.gserviceaccount.com",
            "whimbrel",
            timeout,
            queue,
            // A real build gets them from Secret Manager.
            Map.of(
                RunnerInput.USER_VARIABLE,
                "postgres",
                RunnerInput.PASSWORD_VARIABLE,
                "unused-$PASSWORD"),
            tool,
            null);
    return job.environment(BuildInput.VARIABLE, Json.write(input))
        .environment(CloudBuildClient.ENDPOINT_VARIABLE, cloud.grpcEndpoint().toString());
  }

  private static List<String> runner(List<String> command, List<String> arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PROGRAMS.get(arguments.getFirst()).getName()));
    line.addAll(arguments.subList(1, arguments.size()));
    return line;
  }

  @Override
  public void close() throws IOException {
    cloud.close();
  }
}
