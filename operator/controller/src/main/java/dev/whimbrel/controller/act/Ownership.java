package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.Whimbrel;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What ties Jobs to a migration or a restore, and either of them to its recorded end. */
final class Ownership {

  private final KubernetesClient client;

  Ownership(KubernetesClient client) {
    this.client = client;
  }

  void deleteJob(String namespace, String name) {
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withName(name)
        .withPropagationPolicy(DeletionPropagation.BACKGROUND)
        .delete();
  }

  /** From now on the Job goes with its owner. */
  void adoptJob(HasMetadata owner, String name) {
    try {
      client
          .batch()
          .v1()
          .jobs()
          .inNamespace(owner.getMetadata().getNamespace())
          .withName(name)
          .patch(MergePatch.CONTEXT, MergePatch.owner(owner));
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }

  /** With the optimistic lock of the owner as it was persisted. */
  void finalizer(HasMetadata owner, boolean present) {
    List<String> finalizers = new ArrayList<>(owner.getMetadata().getFinalizers());
    finalizers.remove(Whimbrel.FINALIZER);
    if (present) {
      finalizers.add(Whimbrel.FINALIZER);
    }
    try {
      client
          .resource(owner)
          .patch(
              MergePatch.CONTEXT,
              MergePatch.of(
                  Map.of(
                      "metadata",
                      Map.of(
                          "resourceVersion",
                          owner.getMetadata().getResourceVersion(),
                          "finalizers",
                          finalizers))));
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }
}
