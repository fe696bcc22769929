package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.LeaseOwner;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World.LeaseView;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;

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
    return LeaseOwner.of(lease)
        .<LeaseView>map(owner ->
            owner.run().equals(LeaseOwner.runUid(migration))
                ? new LeaseView.Ours()
                : other(name, owner))
        .orElseGet(LeaseView.Free::new);
  }

  private LeaseView other(String lease, LeaseOwner owner) {
    return new LeaseView.Other(
        owner.run(),
        owner
            .migration()
            .map(migration -> "DatabaseMigration " + migration)
            .orElse("an unknown holder of Lease " + lease),
        owner.isAtRest(client));
  }
}
