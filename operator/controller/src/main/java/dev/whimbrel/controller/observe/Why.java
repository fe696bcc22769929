package dev.whimbrel.controller.observe;

import dev.whimbrel.controller.ContainerNames;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What Kubernetes says of a pod that waits or has ended.
 *
 * @param container which is meant; empty for the pod
 * @param image of that container; empty for the pod
 * @param reason in CamelCase; empty where nothing is said
 * @param message may be empty
 */
record Why(String container, String image, String reason, String message) {

  static final Why NOTHING = new Why("", "", "", "");

  /** A runtime that could not begin a container: containerd's word, and the older one. */
  private static final Set<String> NOT_BEGUN = Set.of("StartError", "ContainerCannotRun");

  /** What every container says before it starts. */
  private static final Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing");

  /** What matters most: the pod's own end, then what stands in the way, then ends, then waits. */
  static Why of(Pod pod) {
    PodStatus status = pod.getStatus();
    if (status == null) {
      return NOTHING;
    }
    if (!Objects.toString(status.getReason(), "").isEmpty()) {
      return said(status.getReason(), status.getMessage());
    }
    List<ContainerStatus> containers = containers(status);
    return neverBegan(pod)
        .or(() -> containers.stream().flatMap(c -> waiting(c, false).stream()).findFirst())
        .or(() -> ended(containers))
        .or(() -> containers.stream().flatMap(c -> waiting(c, true).stream()).findFirst())
        .or(() -> unscheduled(status))
        .orElse(NOTHING);
  }

  /** The container that the runtime could not begin, which only the node knows. */
  static Optional<Why> neverBegan(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : containers(pod.getStatus()).stream()
            .filter(Why::isNotBegun)
            .findFirst()
            .map(c ->
                of(
                    c,
                    c.getState().getTerminated().getReason(),
                    c.getState().getTerminated().getMessage()));
  }

  static boolean isNotBegun(ContainerStatus container) {
    return terminated(container)
        .filter(end -> NOT_BEGUN.contains(Objects.toString(end.getReason(), "")))
        .isPresent();
  }

  /** For people: the runner, which they do not know, is not named. */
  String text() {
    String what = message.isEmpty() ? reason : reason + ": " + message;
    return container.isEmpty() || container.equals(ContainerNames.RUNNER) || what.isEmpty()
        ? what
        : "container " + container + ": " + what;
  }

  private static List<ContainerStatus> containers(PodStatus status) {
    return Stream.concat(
            status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
        .toList();
  }

  private static Optional<Why> waiting(ContainerStatus container, boolean usual) {
    return Optional.ofNullable(container.getState())
        .map(ContainerState::getWaiting)
        .map(ContainerStateWaiting.class::cast)
        .filter(wait -> !Objects.toString(wait.getReason(), "").isEmpty())
        .filter(wait -> USUAL.contains(wait.getReason()) == usual)
        .map(wait -> of(container, wait.getReason(), wait.getMessage()));
  }

  /** The runner's end, unless another container failed and the runner did not. */
  private static Optional<Why> ended(List<ContainerStatus> containers) {
    return containers.stream()
        .filter(container -> terminated(container).isPresent())
        .filter(container -> failed(container) || isRunner(container))
        .min(
            Comparator.comparing((ContainerStatus container) -> !failed(container))
                .thenComparing(container -> !isRunner(container)))
        .map(container -> {
          ContainerStateTerminated end = container.getState().getTerminated();
          String reason = Objects.toString(end.getReason(), "ended");
          return of(container, reason + ", exit code " + end.getExitCode(), "");
        });
  }

  private static boolean isRunner(ContainerStatus container) {
    return ContainerNames.RUNNER.equals(container.getName());
  }

  private static boolean failed(ContainerStatus container) {
    return terminated(container)
        .filter(end -> !Integer.valueOf(0).equals(end.getExitCode()))
        .isPresent();
  }

  private static Optional<ContainerStateTerminated> terminated(ContainerStatus container) {
    return Optional.ofNullable(container.getState()).map(ContainerState::getTerminated);
  }

  private static Optional<Why> unscheduled(PodStatus status) {
    return status.getConditions().stream()
        .filter(condition -> "PodScheduled".equals(condition.getType()))
        .filter(condition -> "False".equals(condition.getStatus()))
        .filter(condition -> condition.getReason() != null)
        .findFirst()
        .map((PodCondition condition) -> said(condition.getReason(), condition.getMessage()));
  }

  private static Why said(String reason, String message) {
    return new Why("", "", reason, Objects.toString(message, ""));
  }

  private static Why of(ContainerStatus container, String reason, String message) {
    return new Why(
        container.getName(),
        Objects.toString(container.getImage(), ""),
        reason,
        Objects.toString(message, ""));
  }
}
