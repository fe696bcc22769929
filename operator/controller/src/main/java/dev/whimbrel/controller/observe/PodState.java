package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.Whimbrel;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What of a pod's status matters to a decision.
 *
 * @param ended whether the pod is over, for whatever reason
 * @param started whether its container runs or has run
 * @param terminationMessage what the container left, if it got to write it
 * @param why what Kubernetes says of a wait or of an end
 * @param recorded hash that the pod was told is recorded
 */
record PodState(
    boolean ended, boolean started, String terminationMessage, String why, String recorded) {

  /** The one container of every Job of ours. */
  static final String CONTAINER = "runner";

  static PodState of(Pod pod) {
    String phase =
        Objects.toString(pod.getStatus() == null ? null : pod.getStatus().getPhase(), "");
    boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
    Optional<ContainerState> state = container(pod).map(ContainerStatus::getState);
    Optional<ContainerStateTerminated> terminated = state.map(ContainerState::getTerminated);
    boolean started = terminated.isPresent() || state.map(ContainerState::getRunning).isPresent();
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return new PodState(
        ended,
        started,
        terminated.map(ContainerStateTerminated::getMessage).orElse(""),
        why(pod, state),
        annotations == null ? "" : annotations.getOrDefault(Whimbrel.PLAN_RECORDED_ANNOTATION, ""));
  }

  private static Optional<ContainerStatus> container(Pod pod) {
    return pod.getStatus() == null
        ? Optional.empty()
        : pod.getStatus().getContainerStatuses().stream()
            .filter(status -> CONTAINER.equals(status.getName()))
            .findFirst();
  }

  private static String why(Pod pod, Optional<ContainerState> state) {
    if (state.map(ContainerState::getTerminated).isPresent()) {
      ContainerStateTerminated end = state.get().getTerminated();
      return said(pod.getStatus().getReason(), pod.getStatus().getMessage())
          .orElse(Objects.toString(end.getReason(), "ended") + ", exit code " + end.getExitCode());
    }
    if (state.map(ContainerState::getWaiting).isPresent()) {
      return said(state.get().getWaiting().getReason(), state.get().getWaiting().getMessage())
          .orElse("");
    }
    if (pod.getStatus() == null) {
      return "";
    }
    return said(pod.getStatus().getReason(), pod.getStatus().getMessage())
        .or(() ->
            pod.getStatus().getConditions().stream()
                .filter(c -> "PodScheduled".equals(c.getType()))
                .filter(c -> "False".equals(c.getStatus()))
                .findFirst()
                .flatMap(PodState::said))
        .orElse("");
  }

  private static Optional<String> said(PodCondition condition) {
    return said(condition.getReason(), condition.getMessage());
  }

  private static Optional<String> said(String reason, String message) {
    if (reason == null || reason.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(message == null || message.isEmpty() ? reason : reason + ": " + message);
  }
}
