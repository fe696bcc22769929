package dev.whimbrel.controller.act;

import dev.whimbrel.controller.Annotations;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PodDisruptionBudget around each Job that changes a database, so that a node drain waits for it
 * ({@code safe-to-evict} stops the autoscaler, but no upgrade). It goes with the recorded end of
 * the Job: a budget over an ended pod would only raise alerts.
 */
final class DrainGuard {

  private static final Logger LOG = LoggerFactory.getLogger(DrainGuard.class);

  private final KubernetesClient client;

  DrainGuard(KubernetesClient client) {
    this.client = client;
  }

  void protect(Job job) {
    PodDisruptionBudget budget =
        new PodDisruptionBudgetBuilder()
            .withNewMetadata()
            .withName(job.getMetadata().getName())
            .withNamespace(job.getMetadata().getNamespace())
            .withLabels(job.getMetadata().getLabels())
            .withOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("batch/v1")
                    .withKind("Job")
                    .withName(job.getMetadata().getName())
                    .withUid(job.getMetadata().getUid())
                    .build())
            .endMetadata()
            .withNewSpec()
            .withMinAvailable(new IntOrString(1))
            .withNewSelector()
            .withMatchLabels(Map.of(Annotations.JOB, job.getMetadata().getName()))
            .endSelector()
            .endSpec()
            .build();
    try {
      client.resource(budget).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        // The Job runs already: a drain may evict its pod, and the history then decides.
        LOG.warn(
            "no PodDisruptionBudget for job {}: {}", job.getMetadata().getName(), e.getMessage());
      }
    }
  }

  /** The end of the Job is recorded. Does nothing for Jobs that never had a budget. */
  void release(String namespace, String job) {
    if (Names.isJobOf(Step.MIGRATE, job)) {
      delete(namespace, job);
    }
  }

  private void delete(String namespace, String job) {
    client.policy().v1().podDisruptionBudget().inNamespace(namespace).withName(job).delete();
  }
}
