package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The pod template of a Job that was made before, run again by hand: the same work without whoever
 * made it, for a benchmark to compare with.
 */
public final class JobCopy {

  private static final long LIMIT_SECONDS = 90;

  private JobCopy() {}

  /**
   * Runs the template of the only Job of a namespace again, without its labels.
   *
   * @param podAnnotations instead of its own
   * @return from create to Complete
   */
  public static Duration run(
      KubernetesClient client, String namespace, Map<String, String> podAnnotations) {
    var jobs = client.batch().v1().jobs().inNamespace(namespace);
    Job copy =
        new JobBuilder()
            .withNewMetadata()
            .withName("copy")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withBackoffLimit(0)
            .withTemplate(jobs.list().getItems().getFirst().getSpec().getTemplate())
            .endSpec()
            .build();
    copy.getSpec().getTemplate().getMetadata().setAnnotations(podAnnotations);
    copy.getSpec().getTemplate().getMetadata().setLabels(Map.of());
    long begin = System.nanoTime();
    client.resource(copy).create();
    jobs.withName("copy")
        .waitUntilCondition(
            job ->
                job != null
                    && job.getStatus() != null
                    && job.getStatus().getSucceeded() != null
                    && job.getStatus().getSucceeded() == 1
                    && job.getStatus().getCompletionTime() != null,
            LIMIT_SECONDS,
            TimeUnit.SECONDS);
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
