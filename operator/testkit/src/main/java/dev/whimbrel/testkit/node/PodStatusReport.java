package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.node.ContainerStatusValue.Running;
import dev.whimbrel.testkit.node.ContainerStatusValue.Terminated;
import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HostIPBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Writes a pod's status from what its containers do.
 *
 * @param phase Pending, Running, Succeeded or Failed
 * @param reason why the pod failed as a whole, such as DeadlineExceeded
 * @param message the same for people
 * @param startTime when the node took the pod
 */
record PodStatusReport(
    String phase, Optional<String> reason, Optional<String> message, Instant startTime) {

  private static final String ADDRESS = "127.0.0.1";

  private static final Set<String> OWN_CONDITIONS =
      Set.of(
          "PodScheduled", "PodReadyToStartContainers", "Initialized", "ContainersReady", "Ready");

  /**
   * The whole status.
   *
   * @param pod as last seen; the conditions that others wrote are taken from it
   * @param previous the node's own last word, from which times of transition are kept
   */
  PodStatus status(Pod pod, PodStatus previous, PodContainers containers, Instant now) {
    PodStatus old = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    List<ContainerRun> inits = containers.inits();
    List<ContainerRun> mains = containers.mains();
    boolean finished = phase.equals("Succeeded") || phase.equals("Failed");
    boolean initialized =
        inits.stream().allMatch(run -> run.sidecar() ? started(run) : completed(run));
    boolean ready = !finished && mains.stream().allMatch(ContainerRun::running);
    List<PodCondition> conditions = new ArrayList<>(previous.getConditions());
    conditions.removeIf(condition -> !OWN_CONDITIONS.contains(condition.getType()));
    String notReady = finished ? "PodCompleted" : "ContainersNotReady";
    put(conditions, "PodScheduled", true, null, now);
    put(conditions, "PodReadyToStartContainers", !finished, null, now);
    put(
        conditions,
        "Initialized",
        initialized,
        initialized ? null : "ContainersNotInitialized",
        now);
    put(conditions, "ContainersReady", ready, ready ? null : notReady, now);
    put(conditions, "Ready", ready, ready ? null : notReady, now);
    old.getConditions().stream()
        .filter(condition -> !OWN_CONDITIONS.contains(condition.getType()))
        .forEach(conditions::add);
    return new PodStatusBuilder(old)
        .withPhase(phase)
        .withReason(reason.orElse(null))
        .withMessage(message.orElse(null))
        .withStartTime(time(startTime))
        .withHostIP(ADDRESS)
        .withHostIPs(new HostIPBuilder().withIp(ADDRESS).build())
        .withPodIP(ADDRESS)
        .withPodIPs(new PodIPBuilder().withIp(ADDRESS).build())
        .withConditions(conditions)
        .withInitContainerStatuses(inits.stream().map(run -> container(pod, run)).toList())
        .withContainerStatuses(mains.stream().map(run -> container(pod, run)).toList())
        .build();
  }

  private static boolean started(ContainerRun run) {
    return !(run.state() instanceof Waiting);
  }

  private static boolean completed(ContainerRun run) {
    return run.terminated().filter(ended -> ended.exitCode() == 0).isPresent();
  }

  private static ContainerStatus container(Pod pod, ContainerRun run) {
    boolean waiting = run.state() instanceof Waiting;
    return new ContainerStatusBuilder()
        .withName(run.name())
        .withImage(run.container().getImage())
        .withImageID(waiting ? "" : "simulated://" + run.container().getImage())
        .withContainerID(
            waiting ? null : "simulated://" + pod.getMetadata().getUid() + "/" + run.name())
        .withRestartCount(0)
        .withStarted(run.running())
        .withReady(run.running() || (run.init() && completed(run)))
        .withState(state(run.state()))
        .withNewLastState()
        .endLastState()
        .build();
  }

  private static ContainerState state(ContainerStatusValue state) {
    return switch (state) {
      case Waiting(String reason, String message) ->
          new ContainerStateBuilder()
              .withNewWaiting()
              .withReason(reason)
              .withMessage(message)
              .endWaiting()
              .build();
      case Running(Instant startedAt) ->
          new ContainerStateBuilder()
              .withNewRunning()
              .withStartedAt(time(startedAt))
              .endRunning()
              .build();
      case Terminated ended ->
          new ContainerStateBuilder()
              .withNewTerminated()
              .withExitCode(ended.exitCode())
              .withReason(ended.reason())
              .withMessage(ended.message().isEmpty() ? null : ended.message())
              .withStartedAt(time(ended.startedAt()))
              .withFinishedAt(time(ended.finishedAt()))
              .endTerminated()
              .build();
    };
  }

  private static void put(
      List<PodCondition> conditions, String type, boolean value, String reason, Instant now) {
    String status = value ? "True" : "False";
    Optional<PodCondition> old =
        conditions.stream().filter(condition -> condition.getType().equals(type)).findFirst();
    String transition =
        old.filter(condition -> condition.getStatus().equals(status))
            .map(PodCondition::getLastTransitionTime)
            .orElse(time(now));
    conditions.removeIf(condition -> condition.getType().equals(type));
    conditions.add(
        new PodConditionBuilder()
            .withType(type)
            .withStatus(status)
            .withReason(reason)
            .withLastTransitionTime(transition)
            .build());
  }

  /** The API knows whole seconds only. */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
