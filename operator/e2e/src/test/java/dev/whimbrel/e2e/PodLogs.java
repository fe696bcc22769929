package dev.whimbrel.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the pods of a namespace said, for a failure that has to be explained. */
final class PodLogs {

  private PodLogs() {}

  static String of(KubernetesClient client, String namespace) {
    StringBuilder text = new StringBuilder();
    for (Pod pod : client.pods().inNamespace(namespace).list().getItems()) {
      String name = pod.getMetadata().getName();
      text.append("--- pod ").append(name).append(", ");
      text.append(pod.getStatus().getContainerStatuses()).append('\n');
      try {
        text.append(client.pods().inNamespace(namespace).withName(name).getLog()).append('\n');
      } catch (KubernetesClientException e) {
        // A container that never started has none.
        text.append(e.getMessage()).append('\n');
      }
    }
    return text.toString();
  }
}
