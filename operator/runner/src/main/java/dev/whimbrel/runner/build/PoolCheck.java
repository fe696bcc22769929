package dev.whimbrel.runner.build;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.google.build.CloudBuildApi;
import dev.whimbrel.google.build.CloudBuildException;
import dev.whimbrel.google.build.WorkerPool;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.StepEnd;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the pool takes builds: looked at by the pod, as who submits them, before a plan. The row
 * that comes of it is handed on to the build, whose runner writes the plan.
 *
 * @param row of the preflight table
 * @param refusal where no build would run
 */
record PoolCheck(CheckResult row, Optional<StepEnd> refusal) {

  private static final String NAME = "worker pool";

  static PoolCheck of(
      CloudBuildApi api, WorkerPool pool, RunnerInput input, Map<String, String> environment) {
    try {
      String state = api.poolState(pool);
      return state.equals("RUNNING") ? passed(pool) : notRunning(pool, state);
    } catch (CloudBuildException e) {
      return switch (e.kind()) {
        case NOT_FOUND -> refused(StepEnd.permanent("WorkerPoolNotFound", e.getMessage(), null));
        case DENIED -> notSeen(pool, grant(pool, input, environment));
        case INVALID, THROTTLED, UNCERTAIN ->
            new PoolCheck(
                CheckResult.of(NAME, CheckResult.SKIPPED, e.getMessage(), null), Optional.empty());
      };
    }
  }

  private static PoolCheck passed(WorkerPool pool) {
    return new PoolCheck(
        CheckResult.of(NAME, CheckResult.PASSED, pool.resource() + " is RUNNING", null),
        Optional.empty());
  }

  private static PoolCheck notRunning(WorkerPool pool, String state) {
    return refused(
        StepEnd.transientFailure(
            "WorkerPoolNotRunning",
            "worker pool "
                + pool.resource()
                + " is in state "
                + state
                + ", in which no build begins. The next attempt looks again",
            null));
  }

  /** Who may use a pool need not be allowed to look at it; the build shows whether it works. */
  private static PoolCheck notSeen(WorkerPool pool, String grant) {
    return new PoolCheck(
        CheckResult.of(
            NAME,
            CheckResult.SKIPPED,
            "the Job may not look at worker pool "
                + pool.resource()
                + ": roles/cloudbuild.workerPoolViewer would let it see whether builds can begin",
            grant),
        Optional.empty());
  }

  private static PoolCheck refused(StepEnd end) {
    return new PoolCheck(
        CheckResult.of(NAME, CheckResult.FAILED, end.message(), null), Optional.of(end));
  }

  private static String grant(WorkerPool pool, RunnerInput input, Map<String, String> environment) {
    String member =
        PodIdentity.member(
            environment,
            input.migration().namespace(),
            Optional.ofNullable(input.google())
                .map(RunnerInput.Google::serviceAccount)
                .orElse("default"));
    return "gcloud projects add-iam-policy-binding "
        + pool.project()
        + " --member="
        + member
        + " --role=roles/cloudbuild.workerPoolViewer";
  }
}
