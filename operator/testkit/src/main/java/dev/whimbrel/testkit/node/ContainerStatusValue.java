package dev.whimbrel.testkit.node;

import java.time.Instant;

/** What a container is doing, as Kubernetes divides it. */
sealed interface ContainerStatusValue {

  /** Not started; the reason is a kubelet's, such as ContainerCreating. */
  record Waiting(String reason, String message) implements ContainerStatusValue {}

  /** Its process runs. */
  record Running(Instant startedAt) implements ContainerStatusValue {}

  /** Its process has ended. */
  record Terminated(
      int exitCode, String reason, String message, Instant startedAt, Instant finishedAt)
      implements ContainerStatusValue {}
}
