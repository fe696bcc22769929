package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World.LeaseView;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Optional;

/** The Lease of a database, and whether whoever holds it is still at work. */
final class LeaseObserver {

  private final KubernetesClient client;
  private final String namespace;

  LeaseObserver(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Read in every phase: a crash between the end of a run and the release leaves a Lease behind
   * that only the next pass can give back.
   */
  LeaseView view(DatabaseMigration migration) {
    String name = new Spec(migration.getSpec()).lease();
    Lease lease = client.leases().inNamespace(namespace).withName(name).get();
    if (lease == null || lease.getSpec().getHolderIdentity() == null) {
      return new LeaseView.Free();
    }
    String holder = lease.getSpec().getHolderIdentity();
    return holder.equals(runUid(migration)) ? new LeaseView.Ours() : other(lease, holder);
  }

  private static String runUid(DatabaseMigration migration) {
    if (migration.getStatus() == null || migration.getStatus().run() == null) {
      return "";
    }
    return migration.getMetadata().getUid() + "/" + migration.getStatus().run().id();
  }

  private LeaseView other(Lease lease, String holder) {
    Map<String, String> annotations = lease.getMetadata().getAnnotations();
    String owner = annotations == null ? "" : annotations.getOrDefault(Annotations.HOLDER, "");
    int slash = owner.indexOf('/');
    if (slash < 0) {
      // Not written by us: nobody can tell, so it is never taken over.
      return new LeaseView.Other(
          holder, "an unknown holder of Lease " + lease.getMetadata().getName(), false);
    }
    Optional<DatabaseMigration> migration =
        Optional.ofNullable(
            client
                .resources(DatabaseMigration.class)
                .inNamespace(owner.substring(0, slash))
                .withName(owner.substring(slash + 1))
                .get());
    boolean working =
        migration
            .filter(found -> holder.equals(runUid(found)))
            .flatMap(found -> Phase.of(found.getStatus().phase()))
            .map(phase -> !phase.resting())
            .orElse(false);
    return new LeaseView.Other(holder, "DatabaseMigration " + owner, !working);
  }
}
