package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.protocol.RunnerResult;
import java.util.List;
import java.util.Optional;

/** The Job that the status names, as observed. */
public sealed interface JobView {

  /** The status names no Job. */
  record None() implements JobView {}

  /**
   * The status names a Job, and a live read says that it does not exist.
   *
   * @param pod its pod that a live read still finds, not known to have ended: somebody deleted the
   *     Job without it, or its node does not answer
   */
  record Absent(Optional<String> pod) implements JobView {

    /** Nothing of the Job is left. */
    public Absent() {
      this(Optional.empty());
    }
  }

  /**
   * It exists and has no running container.
   *
   * @param why what the kubelet or the scheduler says; may be empty
   */
  record Waiting(String uid, String why) implements JobView {}

  /**
   * Its container runs.
   *
   * @param pod name of the pod
   * @param document the plan that the pod has printed so far, where the Job is shared
   * @param told what the pod was told of its plan, as in {@link Effect.AnnotatePod}; empty before
   */
  record Running(String uid, String pod, Optional<MigrationPlanSpec> document, String told)
      implements JobView {}

  /**
   * Its pod has ended, or the Job has failed without one.
   *
   * @param result the termination message, where there is one of ours
   * @param document the plan that the log holds, where length and hash are as the result says
   * @param why what Kubernetes says about an end without a result, for example OOMKilled
   * @param owned whether the Job carries an owner reference
   * @param checks what the verification found, where the log holds it as the result says
   * @param traffic the split that the migrate step has read, where the log holds it; as the result
   *     says, if there is one
   */
  record Ended(
      String uid,
      Optional<RunnerResult> result,
      Optional<MigrationPlanSpec> document,
      String why,
      boolean owned,
      List<CheckResult> checks,
      Optional<TrafficStatus> traffic)
      implements JobView {

    public Ended {
      checks = List.copyOf(checks);
    }

    /** An end of a Job that read no traffic. */
    public Ended(
        String uid,
        Optional<RunnerResult> result,
        Optional<MigrationPlanSpec> document,
        String why,
        boolean owned,
        List<CheckResult> checks) {
      this(uid, result, document, why, owned, checks, Optional.empty());
    }

    /** An end of a Job that verified nothing. */
    public Ended(
        String uid,
        Optional<RunnerResult> result,
        Optional<MigrationPlanSpec> document,
        String why,
        boolean owned) {
      this(uid, result, document, why, owned, List.of());
    }
  }
}
