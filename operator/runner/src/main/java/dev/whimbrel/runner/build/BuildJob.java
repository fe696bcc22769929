package dev.whimbrel.runner.build;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.google.build.BuildEnd;
import dev.whimbrel.google.build.BuildRecord;
import dev.whimbrel.google.build.BuildRequest;
import dev.whimbrel.google.build.CloudBuildApi;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.build.CloudBuildException;
import dev.whimbrel.google.build.WatchedBuild;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.Log;
import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.runner.preflight.PreflightTable;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Job whose steps a build does: submits it, watches it, and says what it said.
 *
 * <p>A pod that is told to end cancels its build; one that dies without a word leaves it running.
 * The Job that follows then sees the build by the tag of the database, and waits for its end before
 * it reads the history or changes anything.
 */
public final class BuildJob {

  private final RunnerInput input;
  private final BuildInput build;
  private final Map<String, String> environment;
  private final Log log;
  private final Clock clock;
  private final StopSignal stop;
  private final Mounts mounts;

  /** A Job that has not begun. */
  public BuildJob(
      RunnerInput input,
      BuildInput build,
      Map<String, String> environment,
      Mounts mounts,
      Log log,
      Clock clock,
      StopSignal stop) {
    this.input = input;
    this.build = build;
    this.environment = environment;
    this.log = log;
    this.clock = clock;
    this.stop = stop;
    this.mounts = mounts;
  }

  /**
   * Has it done.
   *
   * @throws StepFailure where there are no credentials, or the sources do not fit into a build
   */
  public BuildVerdict run() {
    try (CloudBuildClient api = CloudBuildClient.fromEnvironment(environment)) {
      Optional<PoolCheck> pool = pool(api);
      Optional<StepEnd> refusal = pool.flatMap(PoolCheck::refusal);
      if (refusal.isPresent()) {
        return new BuildVerdict.Own(refusal.get());
      }
      Optional<CheckResult> row = pool.map(PoolCheck::row);
      if (build.toolImage() == null) {
        return carryOut(api, new BuildRequests(input, build, mounts, row));
      }
      return switch (new ToolImages(api, build, log, clock, this::rest, stop::requested).obtain()) {
        case ToolImages.Outcome.None(StepEnd end) -> new BuildVerdict.Own(end);
        case ToolImages.Outcome.Pinned(String image) ->
            carryOut(
                api,
                new BuildRequests(input.withImage(image), build.withToolIn(image), mounts, row));
      };
    } catch (IOException e) {
      throw StepFailure.noGoogleCredentials(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StepFailure.transientFailure("Interrupted", "watching the build was interrupted");
    }
  }

  private BuildVerdict carryOut(CloudBuildApi api, BuildRequests requests)
      throws InterruptedException {
    BuildRequest request = requests.request();
    Optional<StepEnd> waits = others(api, requests, request);
    if (waits.isPresent()) {
      return new BuildVerdict.Own(waits.get());
    }
    BuildVerdict verdict = watch(api, request);
    boolean secret =
        verdict instanceof BuildVerdict.Own(StepEnd end)
            && end.reason().equals(BuildEnds.SECRET_NOT_READABLE);
    return secret && requests.plansByTool() ? explained(api, requests, verdict) : verdict;
  }

  /**
   * Cloud Build has ended a build for a secret of the tool, in its own words and for the first of
   * them, before the runner beside it could say what it had found. Without the tool it can.
   */
  private BuildVerdict explained(CloudBuildApi api, BuildRequests requests, BuildVerdict verdict)
      throws InterruptedException {
    log.info("A build without the tool looks at all secrets");
    BuildVerdict looked = watch(api, requests.withoutTool().request());
    return looked instanceof BuildVerdict.OfRunner(BuildOutput output)
            && PreflightTable.ofSecrets(output.result().reason())
        ? looked
        : verdict;
  }

  /** Only before a plan: what comes after it has to go on where it can. */
  private Optional<PoolCheck> pool(CloudBuildApi api) {
    return input.steps().contains(Step.PLAN)
        ? Optional.of(PoolCheck.of(api, WorkerPool.parse(build.workerPool()), input, environment))
        : Optional.empty();
  }

  private BuildVerdict watch(CloudBuildApi api, BuildRequest request) throws InterruptedException {
    log.info("The steps are done by a build", "pool", build.workerPool(), "tag", build.tag());
    BuildEnd end = new WatchedBuild(api, request, clock, this::rest, stop::requested).run();
    return switch (end) {
      case BuildEnd.None none -> new BuildVerdict.Own(BuildEnds.of(none));
      case BuildEnd.Ended(BuildRecord ended, boolean cancelled) -> ended(ended, cancelled);
    };
  }

  /** Until it is time, or until the pod is told to end. */
  private void rest(Duration pause) throws InterruptedException {
    if (stop.requested()) {
      Thread.sleep(pause);
    } else {
      stop.await(pause.toMillis());
    }
  }

  private BuildVerdict ended(BuildRecord ended, boolean cancelled) {
    log.info(
        "The build ended",
        "build",
        ended.id(),
        "status",
        ended.status(),
        "log",
        ended.logUrl().orElse(""));
    byte[] output = ended.outputs().get(BuildRequests.RUNNER);
    if (ended.status() != BuildRecord.Status.SUCCESS || output == null) {
      return new BuildVerdict.Own(BuildEnds.of(ended, cancelled, build));
    }
    try {
      BuildOutput said = BuildOutput.parse(output);
      if (said.documents() != null) {
        BuildDocuments.unpack(ended.outputs(), said.documents()).forEach(log::raw);
        log.flush();
      }
      return new BuildVerdict.OfRunner(said);
    } catch (IllegalArgumentException e) {
      return new BuildVerdict.Own(
          StepEnd.transientFailure(
              "NoResult",
              "build "
                  + ended.id()
                  + " succeeded, but what it left is not whole: "
                  + e.getMessage(),
              null));
    }
  }

  /**
   * Another build may be changing the database, or wait for its turn to do so: of an earlier Job
   * whose pod is gone. No session shows one that waits.
   */
  private Optional<StepEnd> others(
      CloudBuildApi api, BuildRequests requests, BuildRequest request) {
    boolean inspects = input.steps().contains(Step.INSPECT);
    if (!inspects && !requests.changes()) {
      return Optional.empty();
    }
    try {
      List<BuildRecord> changing = api.list(request.pool(), requests.databaseTag());
      return changing.stream()
          .filter(other -> !other.status().terminal() && !other.tags().contains(request.tag()))
          .findFirst()
          .map(other -> waiting(other, inspects));
    } catch (CloudBuildException e) {
      return Optional.of(BuildEnds.notListed(e));
    }
  }

  private StepEnd waiting(BuildRecord other, boolean inspects) {
    String message =
        other.describe()
            + " of an earlier Job may change database \""
            + input.database().database()
            + "\" and has not ended; nothing is decided before it does. To end it: gcloud builds"
            + " cancel "
            + other.id()
            + " --region="
            + WorkerPool.parse(build.workerPool()).region();
    return new StepEnd(
        inspects ? Outcome.WAITING_FOR_ORPHAN : Outcome.FAILED,
        ExitCode.TRANSIENT,
        Kind.TRANSIENT,
        inspects ? "WaitingForOrphan" : "AnotherBuild",
        message,
        null);
  }
}
