package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.engine.Phase;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;

/**
 * Whoever holds the Lease of a database.
 *
 * @param run run UID
 * @param migration as namespace/name; empty where the Lease was not written by us
 */
public record LeaseOwner(String run, Optional<String> migration) {

  /** Who holds it; empty where nobody does. */
  public static Optional<LeaseOwner> of(Lease lease) {
    if (lease == null || lease.getSpec().getHolderIdentity() == null) {
      return Optional.empty();
    }
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    return Optional.of(
        new LeaseOwner(
            lease.getSpec().getHolderIdentity(),
            Optional.ofNullable(annotations)
                .map(all -> all.get(Annotations.HOLDER))
                .filter(owner -> owner.contains("/"))));
  }

  /**
   * Whether its run is at rest or gone, by a live read. Nobody can tell of a holder that is not
   * ours: it never is.
   */
  public boolean isAtRest(KubernetesClient client) {
    if (migration.isEmpty()) {
      return false;
    }
    int slash = migration.get().indexOf('/');
    return Optional.ofNullable(
            client
                .resources(DatabaseMigration.class)
                .inNamespace(migration.get().substring(0, slash))
                .withName(migration.get().substring(slash + 1))
                .get())
        .filter(found -> run.equals(runUid(found)))
        .flatMap(found -> Phase.of(found.getStatus().phase()))
        .map(Phase::resting)
        .orElse(true);
  }

  /** UID of the migration's present run; empty before its first. */
  public static String runUid(DatabaseMigration migration) {
    if (migration.getStatus() == null || migration.getStatus().run() == null) {
      return "";
    }
    return migration.getMetadata().getUid() + "/" + migration.getStatus().run().id();
  }
}
