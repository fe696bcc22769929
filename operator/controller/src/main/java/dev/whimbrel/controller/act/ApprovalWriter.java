package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.engine.Effect;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Writes how a person's decision was judged. */
final class ApprovalWriter {

  private final KubernetesClient client;

  ApprovalWriter(KubernetesClient client) {
    this.client = client;
  }

  /** Once: what was refused stays refused, whatever a leader with an older view thinks. */
  void judge(String namespace, Effect.JudgeApproval judge) {
    Resource<MigrationApproval> resource =
        client.resources(MigrationApproval.class).inNamespace(namespace).withName(judge.name());
    MigrationApproval live = resource.get();
    if (live == null || (live.getStatus() != null && live.getStatus().result() != null)) {
      return;
    }
    try {
      resource
          .subresource("status")
          .patch(
              MergePatch.CONTEXT,
              MergePatch.of(
                  Map.of(
                      "metadata",
                      Map.of("resourceVersion", live.getMetadata().getResourceVersion()),
                      "status",
                      Map.of(
                          "result",
                          judge.accepted() ? "Accepted" : "Refused",
                          "reason",
                          judge.reason(),
                          "message",
                          judge.message(),
                          "judgedAt",
                          Clock.systemUTC()
                              .instant()
                              .truncatedTo(ChronoUnit.SECONDS)
                              .toString()))));
    } catch (KubernetesClientException e) {
      // Gone, or judged in between.
      Actor.tolerate(e, HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT);
    }
  }
}
