package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a pod may run and how long it may take to end.
 *
 * @param startTime when a node took it, which a node that takes it over finds in its status
 */
record PodLimits(Instant startTime) {

  private static final long DEFAULT_GRACE_SECONDS = 30;

  static PodLimits of(Pod pod, Clock clock) {
    String known = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
    return new PodLimits(known == null ? clock.instant() : Instant.parse(known));
  }

  /** When it is ended whatever it does. */
  Optional<Instant> deadline(Pod pod) {
    return Optional.ofNullable(pod.getSpec().getActiveDeadlineSeconds())
        .map(startTime::plusSeconds);
  }

  /** How long its processes have after SIGTERM. */
  Duration grace(Pod pod) {
    Long seconds = pod.getSpec().getTerminationGracePeriodSeconds();
    return Duration.ofSeconds(seconds == null ? DEFAULT_GRACE_SECONDS : seconds);
  }

  /** The same when it is deleted: whoever deletes it may say. */
  Duration graceOfDeletion(Pod pod) {
    Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
    return seconds == null ? grace(pod) : Duration.ofSeconds(seconds);
  }
}
