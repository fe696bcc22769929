package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a node and a scheduler write about pods. */
final class NodeApi {

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final KubernetesClient client;
  private final String nodeName;
  private final Clock clock;
  private final Map<String, Integer> eventCounts = new ConcurrentHashMap<>();

  NodeApi(KubernetesClient client, String nodeName, Clock clock) {
    this.client = client;
    this.nodeName = nodeName;
    this.clock = clock;
  }

  KubernetesClient client() {
    return client;
  }

  /** Assigns the pod to this node; quietly does nothing when somebody else was faster. */
  void bind(Pod pod) {
    String namespace = pod.getMetadata().getNamespace();
    try {
      client.raw(
          "/api/v1/namespaces/%s/pods/%s/binding".formatted(namespace, pod.getMetadata().getName()),
          "POST",
          new BindingBuilder()
              .withNewMetadata()
              .withName(pod.getMetadata().getName())
              .withNamespace(namespace)
              .endMetadata()
              .withNewTarget()
              .withApiVersion("v1")
              .withKind("Node")
              .withName(nodeName)
              .endTarget()
              .build());
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT && e.getCode() != NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Says on the pod why it is not scheduled. */
  void unschedulable(Pod pod, String why) {
    patchStatus(
        pod,
        "/status/conditions",
        List.of(
            new PodConditionBuilder()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage(why)
                .withLastTransitionTime(PodStatusReport.time(clock.instant()))
                .build()));
  }

  /**
   * Writes the pod's status.
   *
   * @return false when this pod no longer exists, or another one has its name
   */
  boolean report(Pod pod, PodStatus status) {
    return patchStatus(pod, "/status", status);
  }

  /** A JSON patch, because it is the one kind that both API servers read the same way. */
  private boolean patchStatus(Pod pod, String path, Object value) {
    List<Map<String, Object>> patch =
        List.of(
            Map.of("op", "test", "path", "/metadata/uid", "value", pod.getMetadata().getUid()),
            Map.of("op", "add", "path", path, "value", value));
    try {
      client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .subresource("status")
          .patch(PatchContext.of(PatchType.JSON), Serialization.asJson(patch));
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND || e.getCode() == UNPROCESSABLE) {
        return false;
      }
      throw e;
    }
  }

  /** Confirms the deletion of a pod whose containers have ended. */
  void confirmDeletion(Pod pod) {
    try {
      client.raw(
          "/api/v1/namespaces/%s/pods/%s"
              .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName()),
          "DELETE",
          new DeleteOptionsBuilder()
              .withGracePeriodSeconds(0L)
              .withNewPreconditions()
              .withUid(pod.getMetadata().getUid())
              .endPreconditions()
              .build());
    } catch (KubernetesClientException e) {
      if (e.getCode() != NOT_FOUND && e.getCode() != CONFLICT) {
        throw e;
      }
    }
  }

  /** Writes a Warning event of the kubelet; a repeated one counts up instead of piling up. */
  void warn(Pod pod, String reason, String message) {
    String key = pod.getMetadata().getUid() + reason + message;
    int count = eventCounts.merge(key, 1, Integer::sum);
    String name =
        pod.getMetadata().getName() + "." + Integer.toHexString(key.hashCode() & 0x7fffffff);
    String namespace = pod.getMetadata().getNamespace();
    String now = PodStatusReport.time(clock.instant());
    try {
      var events = client.v1().events().inNamespace(namespace);
      if (count > 1) {
        String patch =
            """
            {"count": %d, "lastTimestamp": "%s"}\
            """
                .formatted(count, now);
        events.withName(name).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        return;
      }
      events
          .resource(
              new EventBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(namespace)
                  .endMetadata()
                  .withNewInvolvedObject()
                  .withApiVersion("v1")
                  .withKind("Pod")
                  .withName(pod.getMetadata().getName())
                  .withNamespace(namespace)
                  .withUid(pod.getMetadata().getUid())
                  .endInvolvedObject()
                  .withType("Warning")
                  .withReason(reason)
                  .withMessage(message)
                  .withCount(1)
                  .withFirstTimestamp(now)
                  .withLastTimestamp(now)
                  .withNewSource("kubelet", nodeName)
                  .withReportingComponent("kubelet")
                  .withReportingInstance(nodeName)
                  .build())
          .create();
    } catch (KubernetesClientException e) {
      // Events are best effort, as with a kubelet: the namespace may be going away.
      eventCounts.remove(key);
    }
  }
}
