package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.testkit.node.LocalContainer;
import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The steps of a build as processes: each begins when those it waits for have succeeded; the first
 * that fails ends the others.
 */
final class BuildSteps {

  /** Of each step's output Cloud Build keeps no more. */
  private static final int MOST_OUTPUT = 50 * 1024;

  private static final String OUTPUTS = "/builder/outputs";

  /** Where the working directory of all steps is, in the folder of the build. */
  static final String WORKSPACE = "workspace";

  private final FakeCloudBuild cloud;
  private final JsonNode build;
  private final Map<String, String> builtIn;
  private final Path folder;
  private final List<Step> steps = new ArrayList<>();
  private volatile boolean stopped;
  private volatile String failure = "";

  BuildSteps(FakeCloudBuild cloud, JsonNode build, Map<String, String> builtIn, Path folder) {
    this.cloud = cloud;
    this.build = build;
    this.builtIn = builtIn;
    this.folder = folder;
    Substitutions substitutions = BuildRules.substitutions(build, builtIn);
    for (JsonNode step : build.path("steps")) {
      steps.add(new Step(steps.size(), step, substitutions));
    }
  }

  /**
   * How they ended.
   *
   * @param status of the build
   * @param detail in Cloud Build's words; empty for none
   * @param statuses of the steps
   * @param outputs of the steps
   */
  record Result(String status, String detail, List<String> statuses, List<byte[]> outputs) {}

  /** Runs them all. */
  Result run(Duration timeout) throws InterruptedException, IOException {
    for (Step step : steps) {
      step.thread = Thread.ofVirtual().start(step::run);
    }
    boolean inTime = await(timeout);
    if (!inTime) {
      stop();
    }
    for (Step step : steps) {
      step.thread.join();
    }
    List<byte[]> outputs = new ArrayList<>();
    for (Step step : steps) {
      outputs.add(step.output());
    }
    String status = !inTime ? "TIMEOUT" : failure.isEmpty() ? "SUCCESS" : "FAILURE";
    return new Result(
        status, inTime ? failure : "", steps.stream().map(step -> step.status).toList(), outputs);
  }

  private boolean await(Duration timeout) throws InterruptedException {
    try {
      CompletableFuture.allOf(
              steps.stream().map(step -> step.done).toArray(CompletableFuture<?>[]::new))
          .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Kills what runs, and lets nothing more begin. */
  void stop() {
    stopped = true;
    for (Step step : steps) {
      SupervisedProcess running = step.process;
      if (running != null) {
        running.kill();
      }
    }
  }

  private synchronized void fail(String why) {
    if (failure.isEmpty() && !stopped) {
      failure = why;
    }
    stop();
  }

  private final class Step {

    private final int index;
    private final JsonNode json;
    private final Substitutions substitutions;
    private final LocalContainer container;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();
    private volatile SupervisedProcess process;
    private volatile String status = "QUEUED";
    private Thread thread;

    Step(int index, JsonNode json, Substitutions substitutions) {
      this.index = index;
      this.json = json;
      this.substitutions = substitutions;
      this.container = new LocalContainer(folder.resolve("step-" + index));
    }

    void run() {
      boolean success = false;
      try {
        success = before().stream().allMatch(CompletableFuture::join) && !stopped && carryOut();
      } catch (ApiError e) {
        status = "FAILURE";
        fail(describe("failed: " + e.getMessage()));
      } catch (IOException | RuntimeException e) {
        status = "INTERNAL_ERROR";
        fail(describe("failed: " + e));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } finally {
        if (status.equals("QUEUED") || status.equals("WORKING")) {
          status = "CANCELLED";
        }
        done.complete(success);
      }
    }

    private List<CompletableFuture<Boolean>> before() {
      List<String> names = texts("waitFor");
      return names.isEmpty()
          ? steps.subList(0, index).stream().map(step -> step.done).toList()
          : steps.stream()
              .filter(step -> names.contains(step.json.path("id").asText()))
              .map(step -> step.done)
              .toList();
    }

    private boolean carryOut() throws IOException, InterruptedException {
      String name = text("name");
      SimulatedImage image = cloud.image(name);
      if (image == null) {
        throw new ApiError(
            404,
            "NOT_FOUND",
            "error pulling image \"" + name + "\": manifest unknown: Failed to fetch it");
      }
      Map<String, String> variables = variables();
      status = "WORKING";
      container.assemble(mounts(), image);
      variables.put("BUILDER_OUTPUT", container.path(OUTPUTS).toString());
      synchronized (BuildSteps.this) {
        if (stopped) {
          return false;
        }
        process =
            container.start(image, command(), arguments(), variables, Optional.of(directory()));
      }
      return ended(exit());
    }

    private int exit() throws InterruptedException {
      try (SupervisedProcess running = process) {
        return running.onExit().get();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }

    private boolean ended(int exit) {
      if (stopped) {
        return false;
      }
      boolean success = exit == 0;
      status = success ? "SUCCESS" : "FAILURE";
      if (!success && !json.path("allowFailure").asBoolean()) {
        fail(describe("failed: step exited with non-zero status: " + exit));
      }
      return success || json.path("allowFailure").asBoolean();
    }

    private String describe(String what) {
      return "build step " + index + " \"" + json.path("name").asText() + "\" " + what;
    }

    private List<String> command() throws IOException {
      if (json.hasNonNull("script")) {
        Path script = container.path("/builder/script");
        Files.writeString(script, json.get("script").asText());
        return List.of("/bin/sh", script.toString());
      }
      String entrypoint = text("entrypoint");
      return entrypoint.isEmpty() ? List.of() : List.of(entrypoint);
    }

    private List<String> arguments() {
      return texts("args");
    }

    private String directory() {
      String given = text("dir");
      return given.startsWith("/") ? given : "/workspace/" + given;
    }

    private Map<String, String> variables() {
      Map<String, String> variables = new HashMap<>();
      for (JsonNode source : List.of(build.path("options"), json)) {
        source
            .path("env")
            .forEach(variable -> {
              String[] parts = substituted(variable).split("=", 2);
              variables.put(parts[0], parts.length < 2 ? "" : parts[1]);
            });
      }
      for (JsonNode wanted : json.path("secretEnv")) {
        variables.put(wanted.asText(), secret(wanted.asText()));
      }
      return variables;
    }

    private String secret(String variable) {
      String name =
          build
              .path("availableSecrets")
              .path("secretManager")
              .valueStream()
              .filter(secret -> secret.path("env").asText().equals(variable))
              .map(secret -> secret.path("versionName").asText())
              .findFirst()
              .orElseThrow();
      try {
        return cloud.secret(name);
      } catch (ApiError e) {
        throw new ApiError(
            e.status(),
            e.reason(),
            "failed to access secret version for secret %s: rpc error: code = %s desc = %s"
                .formatted(
                    name, e.status() == 403 ? "PermissionDenied" : "NotFound", e.getMessage()));
      }
    }

    private Map<String, Path> mounts() throws IOException {
      Map<String, Path> mounts = new HashMap<>();
      mounts.put("/workspace", shared(WORKSPACE));
      mounts.put(OUTPUTS, Files.createDirectories(folder.resolve("outputs-" + index)));
      for (JsonNode source : List.of(build.path("options"), json)) {
        for (JsonNode volume : source.path("volumes")) {
          mounts.put(
              volume.path("path").asText(), shared("volume-" + volume.path("name").asText()));
        }
      }
      return mounts;
    }

    private Path shared(String name) throws IOException {
      return Files.createDirectories(folder.resolve(name));
    }

    private byte[] output() throws IOException {
      Path output = folder.resolve("outputs-" + index).resolve("output");
      byte[] bytes = Files.exists(output) ? Files.readAllBytes(output) : new byte[0];
      return bytes.length > MOST_OUTPUT ? Arrays.copyOf(bytes, MOST_OUTPUT) : bytes;
    }

    private String text(String field) {
      return substituted(json.path(field));
    }

    private List<String> texts(String field) {
      return json.path(field).valueStream().map(this::substituted).toList();
    }

    private String substituted(JsonNode text) {
      return substitutions.apply(text.asText(""), builtIn);
    }
  }
}
