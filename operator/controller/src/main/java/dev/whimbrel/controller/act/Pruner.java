package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Deletes what is no longer kept of a migration that has just come to rest: plans beyond the last
 * five, but every one that was carried out for 90 days; finished Jobs beyond the last ten.
 */
public final class Pruner {

  private static final int PLANS = 5;
  private static final int JOBS = 10;
  private static final Duration AUDIT = Duration.ofDays(90);

  private final KubernetesClient client;
  private final Clock clock;

  public Pruner(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  void prune(DatabaseMigration migration) {
    String namespace = migration.getMetadata().getNamespace();
    String uid = migration.getMetadata().getUid();
    newestFirst(
            client
                .resources(MigrationPlan.class)
                .inNamespace(namespace)
                .withLabel(Whimbrel.MIGRATION_UID_LABEL, uid)
                .list()
                .getItems())
        .stream()
        .skip(PLANS)
        .filter(plan -> !isAudited(plan))
        .forEach(plan -> client.resource(plan).delete());
    newestFirst(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(Whimbrel.MIGRATION_UID_LABEL, uid)
                .list()
                .getItems())
        .stream()
        .skip(JOBS)
        .filter(Pruner::isFinished)
        .forEach(job ->
            client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete());
  }

  private static <T extends HasMetadata> List<T> newestFirst(List<T> objects) {
    return objects.stream()
        .sorted(
            Comparator.comparing((T object) -> object.getMetadata().getCreationTimestamp())
                .reversed())
        .toList();
  }

  private boolean isAudited(MigrationPlan plan) {
    return plan.getStatus() != null
        && plan.getStatus().dispatchedAt() != null
        && Instant.parse(plan.getStatus().dispatchedAt()).plus(AUDIT).isAfter(clock.instant());
  }

  private static boolean isFinished(Job job) {
    return job.getStatus() != null
        && job.getStatus().getConditions() != null
        && job.getStatus().getConditions().stream()
            .anyMatch(condition ->
                "True".equals(condition.getStatus())
                    && List.of("Complete", "Failed").contains(condition.getType()));
  }
}
