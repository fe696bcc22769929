package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.PlanContent;
import dev.whimbrel.engine.World;
import dev.whimbrel.engine.checklist.Checklist;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks whether another plan of the namespace, in staging as a rule, was rehearsed with the same
 * revisions and ways back. Never beyond the namespace: what others do is not theirs to read who
 * read plans here.
 */
final class RehearsalObserver {

  private static final String REHEARSAL = "rehearsal";

  /** As many plans of the same content as are looked at. */
  private static final long MOST = 50;

  private final KubernetesClient client;

  RehearsalObserver(KubernetesClient client) {
    this.client = client;
  }

  /** The latest; empty also where the plan itself is the one that rehearses, or says so already. */
  Optional<World.Rehearsed> of(MigrationPlan plan) {
    if (plan.getSpec().rehearses() || Checklist.testedBefore(plan.getStatus()).isPresent()) {
      return Optional.empty();
    }
    return client
        .resources(MigrationPlan.class)
        .inNamespace(plan.getMetadata().getNamespace())
        .withLabel(Annotations.CONTENT, PlanContent.digest(plan.getSpec()))
        .list(new ListOptionsBuilder().withLimit(MOST).build())
        .getItems()
        .stream()
        .filter(other -> other.getStatus() != null && other.getStatus().endedAt() != null)
        .sorted(Comparator.comparing((MigrationPlan p) -> p.getStatus().endedAt()).reversed())
        .flatMap(RehearsalObserver::rehearsed)
        .findFirst();
  }

  private static Stream<World.Rehearsed> rehearsed(MigrationPlan plan) {
    return plan.getStatus().checks().stream()
        .filter(check -> check.name().equals(REHEARSAL))
        .filter(check -> check.result().equals(CheckResult.PASSED))
        .map(check ->
            new World.Rehearsed(
                plan.getMetadata().getName(),
                Annotations.migrationOf(plan).orElse("(unknown)"),
                check.message()));
  }
}
