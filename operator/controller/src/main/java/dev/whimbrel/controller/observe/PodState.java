package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.ContainerNames;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What of a pod's status matters to a decision.
 *
 * @param ended whether the pod is over, for whatever reason
 * @param started whether each of its containers runs or has run
 * @param terminationMessage what the runner left, if it got to write it
 * @param why what Kubernetes says of a wait or of an end
 * @param told what the pod was told of its plan
 */
record PodState(boolean ended, boolean started, String terminationMessage, Why why, String told) {

  static PodState of(Pod pod) {
    String phase =
        Objects.toString(pod.getStatus() == null ? null : pod.getStatus().getPhase(), "");
    Map<String, String> annotations = pod.getMetadata().getAnnotations();
    return new PodState(
        phase.equals("Succeeded") || phase.equals("Failed"),
        started(pod),
        terminationMessage(pod),
        Why.of(pod),
        annotations == null ? "" : annotations.getOrDefault(Whimbrel.PLAN_RECORDED_ANNOTATION, ""));
  }

  private static boolean started(Pod pod) {
    List<ContainerStatus> begun =
        containers(pod).stream()
            .filter(container -> container.getState() != null)
            .filter(container ->
                container.getState().getRunning() != null
                    || container.getState().getTerminated() != null)
            .filter(container -> !Why.isNotBegun(container))
            .toList();
    return !begun.isEmpty() && begun.size() >= pod.getSpec().getContainers().size();
  }

  private static String terminationMessage(Pod pod) {
    return containers(pod).stream()
        .filter(container -> ContainerNames.RUNNER.equals(container.getName()))
        .findFirst()
        .map(ContainerStatus::getState)
        .map(ContainerState::getTerminated)
        .map(ContainerStateTerminated::getMessage)
        .orElse("");
  }

  private static List<ContainerStatus> containers(Pod pod) {
    return pod.getStatus() == null ? List.of() : pod.getStatus().getContainerStatuses();
  }
}
