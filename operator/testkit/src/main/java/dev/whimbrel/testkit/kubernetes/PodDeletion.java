package dev.whimbrel.testkit.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Graceful deletion: a pod on a node stays, marked for deletion, until the node confirms by a
 * deletion without grace. The in-memory store knows only finalizers, so one of ours holds the pod.
 */
final class PodDeletion {

  private static final String FINALIZER = "testkit.whimbrel.dev/on-node";
  private static final long DEFAULT_GRACE_SECONDS = 30;

  private final KubernetesClient store;

  PodDeletion(KubernetesClient store) {
    this.store = store;
  }

  /** Deletes or marks the pod and returns what the API answers. */
  String delete(String namespace, String name, String options) {
    PodResource resource = store.pods().inNamespace(namespace).withName(name);
    Pod pod = resource.get();
    if (pod == null) {
      throw new KubernetesClientException("pods \"" + name + "\" not found", 404, null);
    }
    JsonNode wish =
        options.isBlank()
            ? Serialization.jsonMapper().createObjectNode()
            : Serialization.unmarshal(options, JsonNode.class);
    String uid = wish.path("preconditions").path("uid").asText(pod.getMetadata().getUid());
    if (!uid.equals(pod.getMetadata().getUid())) {
      throw new KubernetesClientException("the UID in the precondition does not match", 409, null);
    }
    long grace = grace(pod, wish);
    if (grace == 0 || !onNode(pod)) {
      release(resource, pod);
    } else if (pod.getMetadata().getDeletionTimestamp() == null) {
      hold(resource, pod, grace);
    }
    Status success = new StatusBuilder().withStatus("Success").withCode(200).build();
    return Serialization.asJson(success);
  }

  private static long grace(Pod pod, JsonNode wish) {
    Long own = pod.getSpec().getTerminationGracePeriodSeconds();
    return wish.path("gracePeriodSeconds").asLong(own == null ? DEFAULT_GRACE_SECONDS : own);
  }

  private static boolean onNode(Pod pod) {
    String phase = pod.getStatus() == null ? "" : "" + pod.getStatus().getPhase();
    return pod.getSpec().getNodeName() != null
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  private static void hold(PodResource resource, Pod pod, long grace) {
    List<String> finalizers = new ArrayList<>(pod.getMetadata().getFinalizers());
    finalizers.add(FINALIZER);
    patch(
        resource,
        List.of(
            Map.of("op", "add", "path", "/metadata/finalizers", "value", finalizers),
            Map.of("op", "add", "path", "/metadata/deletionGracePeriodSeconds", "value", grace)));
    resource.delete();
  }

  private static void release(PodResource resource, Pod pod) {
    List<String> finalizers = new ArrayList<>(pod.getMetadata().getFinalizers());
    if (finalizers.remove(FINALIZER)) {
      patch(
          resource,
          List.of(Map.of("op", "add", "path", "/metadata/finalizers", "value", finalizers)));
    }
    // The patch deletes a marked pod with its last finalizer; an unmarked one is deleted here.
    resource.delete();
  }

  private static void patch(PodResource resource, List<Map<String, Object>> operations) {
    resource.patch(PatchContext.of(PatchType.JSON), Serialization.asJson(operations));
  }
}
