package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.PolicyView;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what is forbidden in a namespace: live, and only while a plan can still be stopped. No
 * informer: there are few policies, they are asked for seldom, and one on a kind that is missing
 * would keep the whole operator from starting.
 */
final class PolicyObserver {

  private static final PolicyView NOT_READ =
      new PolicyView.Unreadable("policies are not read in this phase");

  private final KubernetesClient client;

  PolicyObserver(KubernetesClient client) {
    this.client = client;
  }

  /**
   * What is forbidden there.
   *
   * @param job that the status names
   * @throws KubernetesClientException where the API does not answer; the pass is then repeated
   */
  PolicyView view(DatabaseMigration migration, Phase phase, JobView job) {
    return isAsked(migration, phase, job) ? read(migration.getMetadata().getNamespace()) : NOT_READ;
  }

  /** Whether there may be a plan, and nothing of it may have run. */
  private static boolean isAsked(DatabaseMigration migration, Phase phase, JobView job) {
    return switch (phase) {
      case null -> false;
      case PLANNING ->
          migration.getStatus().plan() != null
              || job instanceof JobView.Running
              || job instanceof JobView.Ended;
      case BACKING_UP, AWAITING_APPROVAL -> true;
      case MIGRATING -> !Boolean.TRUE.equals(migration.getStatus().run().dispatched());
      default -> false;
    };
  }

  private PolicyView read(String namespace) {
    List<MigrationPolicy> policies;
    try {
      policies = client.resources(MigrationPolicy.class).list().getItems();
    } catch (KubernetesClientException e) {
      return unreadable(
          e,
          "the operator cannot list MigrationPolicies",
          "apply their CRD (crds/migrationpolicies.whimbrel.dev.yaml) and the chart's ClusterRole");
    }
    if (policies.stream().allMatch(policy -> policy.getSpec().namespaceSelector() == null)) {
      return PolicyView.of(policies, Map.of());
    }
    try {
      return PolicyView.of(policies, labels(client.namespaces().withName(namespace).get()));
    } catch (KubernetesClientException e) {
      return unreadable(
          e,
          "the operator cannot read the labels of namespace " + namespace,
          "apply the chart's roles");
    }
  }

  private static Map<String, String> labels(Namespace namespace) {
    return Optional.ofNullable(namespace)
        .map(found -> found.getMetadata().getLabels())
        .orElse(Map.of());
  }

  /** A right or a kind that is missing is not there in a second either. */
  private static PolicyView unreadable(KubernetesClientException e, String what, String fix) {
    if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN
        || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
      return new PolicyView.Unreadable(what + " (HTTP " + e.getCode() + "): " + fix);
    }
    throw e;
  }
}
