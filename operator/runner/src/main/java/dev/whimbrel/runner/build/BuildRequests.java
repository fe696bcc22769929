package dev.whimbrel.runner.build;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.google.build.BuildRequest;
import dev.whimbrel.google.build.BuildStepRequest;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.alembic.AlembicTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From what a Job is told to the build that does it. The containers are those that a pod has, under
 * the same paths: runner and tool side by side with the bridge between them, and after them steps
 * that carry documents out.
 */
final class BuildRequests {

  /** Id of the runner's step. */
  static final String RUNNER = "runner";

  private static final String BRIDGE = "bridge";
  private static final String TOOL = "tool";
  private static final String SHIM = RunnerInput.BRIDGE_DIRECTORY + "/shim.sh";
  private static final String TOOL_PATIENCE_SECONDS = "300";
  private static final Set<Step> CHANGING = Set.of(Step.MIGRATE, Step.ROLLBACK);

  private final RunnerInput input;
  private final BuildInput build;
  private final Mounts mounts;
  private final Optional<CheckResult> known;

  BuildRequests(RunnerInput input, BuildInput build, Mounts mounts) {
    this(input, build, mounts, Optional.empty());
  }

  /**
   * With what the pod has looked at already.
   *
   * @param known a row of the preflight table
   */
  BuildRequests(RunnerInput input, BuildInput build, Mounts mounts, Optional<CheckResult> known) {
    this.input = input;
    this.build = build;
    this.mounts = mounts;
    this.known = known;
  }

  /** A build of the same steps without the tool, which ends where the tool would begin. */
  BuildRequests withoutTool() {
    return new BuildRequests(input, build.withoutTool(), mounts, known);
  }

  /** Whether it makes a plan by a tool beside the runner. */
  boolean plansByTool() {
    return build.tool() != null && input.steps().contains(Step.PLAN);
  }

  /** The tag of every build that changes the database of the Job. */
  String databaseTag() {
    RunnerInput.Database database = input.database();
    String server =
        database.instance() == null ? database.host() + ":" + database.port() : database.instance();
    return "whimbrel-changes-" + Sha256.hex(server + "/" + database.database()).substring(0, 16);
  }

  /** Whether the Job may change the database. */
  boolean changes() {
    return input.steps().stream().anyMatch(CHANGING::contains);
  }

  BuildRequest request() {
    List<String> tags = new ArrayList<>(List.of("whimbrel"));
    if (changes()) {
      tags.add(databaseTag());
    }
    return new BuildRequest(
        WorkerPool.parse(build.workerPool()),
        build.serviceAccount(),
        build.tag(),
        tags,
        steps(),
        build.tool() == null ? Map.of() : build.tool().secrets(),
        volumes(),
        Duration.ofSeconds(build.timeoutSeconds()),
        Duration.ofSeconds(build.queueSeconds()));
  }

  private List<BuildStepRequest> steps() {
    List<BuildStepRequest> steps = new ArrayList<>();
    List<String> first = List.of();
    if (build.tool() != null) {
      steps.add(own(BRIDGE, List.of("bridge"), Map.of(), List.of()));
      first = List.of(BRIDGE);
    }
    steps.add(own(RUNNER, List.of("build-runner"), variables(), first));
    if (build.tool() != null) {
      steps.add(tool(build.tool(), first));
    }
    for (int part = 1; part <= BuildDocuments.PARTS; part++) {
      steps.add(
          own(
              BuildDocuments.step(part),
              List.of("build-document", String.valueOf(part)),
              Map.of(),
              List.of(RUNNER)));
    }
    return steps;
  }

  private BuildStepRequest own(
      String id, List<String> arguments, Map<String, String> env, List<String> waitFor) {
    return new BuildStepRequest(
        id,
        build.image(),
        Optional.empty(),
        arguments,
        Optional.empty(),
        env,
        // The runner reads its secrets itself: it can say which is missing, and what mends it.
        List.of(),
        waitFor,
        false);
  }

  /** It may fail: what that means, the runner beside it finds out and says. */
  private static BuildStepRequest tool(BuildInput.Tool tool, List<String> waitFor) {
    return new BuildStepRequest(
        TOOL,
        tool.image(),
        Optional.of("/bin/sh"),
        List.of(SHIM),
        Optional.ofNullable(tool.directory()),
        tool.environment(),
        List.copyOf(tool.secrets().keySet()),
        waitFor,
        true);
  }

  private Map<String, String> variables() {
    Map<String, String> variables = new HashMap<>(build.environment());
    variables.put(RunnerInput.VARIABLE, Json.write(input));
    variables.put(BuildInput.IN_BUILD_VARIABLE, "true");
    // A build pulls the tool's image while its runner waits already.
    variables.put(
        AlembicTool.PATIENCE_VARIABLE, build.tool() == null ? "1" : TOOL_PATIENCE_SECONDS);
    known.ifPresent(row -> variables.put(BuildInput.CHECKED_VARIABLE, Json.write(row)));
    if (input.flyway() != null) {
      variables.putAll(SourcePack.pack(mounts, input.flyway().configMaps().size()));
    }
    return variables;
  }

  private Map<String, String> volumes() {
    return build.tool() == null
        ? Map.of("build", BuildInput.SHARED_DIRECTORY)
        : Map.of("build", BuildInput.SHARED_DIRECTORY, "bridge", RunnerInput.BRIDGE_DIRECTORY);
  }
}
