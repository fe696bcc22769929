package dev.whimbrel.e2e;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import java.util.stream.Stream;

/** What the pods of a namespace said, for a failure that has to be explained. */
final class PodLogs {

  private PodLogs() {}

  static String of(KubernetesClient client, String namespace) {
    StringBuilder text = new StringBuilder();
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      text.append("--- pod ").append(pod.getMetadata().getName()).append(", ");
      text.append(pod.getStatus().getContainerStatuses()).append('\n');
      for (String container : containers(pod)) {
        text.append("- container ").append(container).append(":\n");
        text.append(log(client, pod, container)).append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .map(Container::getName)
        .toList();
  }

  private static String log(KubernetesClient client, Pod pod, String container) {
    try {
      return client.pods().resource(pod).inContainer(container).getLog();
    } catch (KubernetesClientException e) {
      // A container that never started has none.
      return e.getMessage();
    }
  }
}
