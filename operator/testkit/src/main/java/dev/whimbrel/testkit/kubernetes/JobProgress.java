package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a Job is, as Kubernetes' Job controller would judge it.
 *
 * @param job as last seen
 * @param pods its pods
 * @param now the time of judgement
 */
record JobProgress(Job job, List<Pod> pods, Instant now) {

  private static final int DEFAULT_BACKOFF_LIMIT = 6;

  /** Why a Job fails. */
  private record Failure(String reason, String message) {}

  static JobProgress of(Job job, List<Pod> all, Instant now) {
    String uid = job.getMetadata().getUid();
    List<Pod> own =
        all.stream()
            .filter(pod ->
                pod.getMetadata().getOwnerReferences().stream()
                    .anyMatch(owner -> owner.getUid().equals(uid)))
            .toList();
    return new JobProgress(job, own, now);
  }

  boolean finished() {
    return has("Complete") || has("Failed");
  }

  private boolean has(String type) {
    return conditions().stream()
        .anyMatch(it -> it.getType().equals(type) && it.getStatus().equals("True"));
  }

  private List<JobCondition> conditions() {
    return job.getStatus() == null ? List.of() : job.getStatus().getConditions();
  }

  int failed() {
    return count("Failed");
  }

  private int count(String phase) {
    return (int) pods.stream().filter(pod -> phase(pod).equals(phase)).count();
  }

  List<Pod> active() {
    return pods.stream()
        .filter(pod -> !phase(pod).equals("Succeeded") && !phase(pod).equals("Failed"))
        .toList();
  }

  private static String phase(Pod pod) {
    return pod.getStatus() == null || pod.getStatus().getPhase() == null
        ? "Pending"
        : pod.getStatus().getPhase();
  }

  boolean needsPod() {
    return active().isEmpty()
        && count("Succeeded") == 0
        && failed() <= backoffLimit()
        && !pastDeadline()
        && !has("FailureTarget");
  }

  /** Whether running pods have to go: the Job will fail. */
  boolean mustStop() {
    return failure(false).isPresent();
  }

  private int backoffLimit() {
    Integer limit = job.getSpec().getBackoffLimit();
    return limit == null ? DEFAULT_BACKOFF_LIMIT : limit;
  }

  private boolean pastDeadline() {
    Long seconds = job.getSpec().getActiveDeadlineSeconds();
    return seconds != null && startTime().plusSeconds(seconds).isBefore(now);
  }

  private Instant startTime() {
    String known = job.getStatus() == null ? null : job.getStatus().getStartTime();
    return known == null ? now : Instant.parse(known);
  }

  /**
   * The status to report.
   *
   * @param lostPod whether its pod has vanished without ever having finished, which counts as
   *     failed
   */
  JobStatus status(boolean lostPod) {
    List<JobCondition> conditions = new ArrayList<>(conditions());
    Optional<Failure> failure = failure(lostPod);
    boolean complete = count("Succeeded") > 0;
    if (failure.isPresent()) {
      add(conditions, "FailureTarget", failure.get().reason(), failure.get().message());
      // As in Kubernetes, the Job has failed only when nothing of it runs any more.
      if (active().isEmpty()) {
        add(conditions, "Failed", failure.get().reason(), failure.get().message());
      }
    } else if (complete) {
      String message = "Reached expected number of succeeded pods";
      add(conditions, "SuccessCriteriaMet", "CompletionsReached", message);
      add(conditions, "Complete", "CompletionsReached", message);
    }
    long ready = active().stream().filter(JobProgress::isReady).count();
    long terminating =
        active().stream().filter(pod -> pod.getMetadata().getDeletionTimestamp() != null).count();
    return new JobStatusBuilder()
        .withStartTime(InMemoryJobController.time(startTime()))
        .withActive(active().isEmpty() ? null : active().size() - (int) terminating)
        .withReady((int) ready)
        .withTerminating((int) terminating)
        .withSucceeded(complete ? 1 : null)
        .withFailed(failed() + (lostPod ? 1 : 0) == 0 ? null : failed() + (lostPod ? 1 : 0))
        .withCompletionTime(complete ? completionTime() : null)
        .withConditions(conditions)
        .build();
  }

  private String completionTime() {
    String known = job.getStatus() == null ? null : job.getStatus().getCompletionTime();
    return known == null ? InMemoryJobController.time(now) : known;
  }

  private Optional<Failure> failure(boolean lostPod) {
    Optional<JobCondition> decided =
        conditions().stream().filter(it -> it.getType().equals("FailureTarget")).findFirst();
    if (decided.isPresent()) {
      return decided.map(it -> new Failure(it.getReason(), it.getMessage()));
    }
    if (pastDeadline() && count("Succeeded") == 0) {
      return Optional.of(
          new Failure("DeadlineExceeded", "Job was active longer than specified deadline"));
    }
    return failed() + (lostPod ? 1 : 0) > backoffLimit()
        ? Optional.of(
            new Failure("BackoffLimitExceeded", "Job has reached the specified backoff limit"))
        : Optional.empty();
  }

  private static boolean isReady(Pod pod) {
    return pod.getStatus() != null
        && pod.getStatus().getConditions().stream()
            .anyMatch(it -> it.getType().equals("Ready") && it.getStatus().equals("True"));
  }

  private void add(List<JobCondition> conditions, String type, String reason, String message) {
    if (conditions.stream().noneMatch(it -> it.getType().equals(type))) {
      conditions.add(
          new JobConditionBuilder()
              .withType(type)
              .withStatus("True")
              .withReason(reason)
              .withMessage(message)
              .withLastProbeTime(InMemoryJobController.time(now))
              .withLastTransitionTime(InMemoryJobController.time(now))
              .build());
    }
  }
}
