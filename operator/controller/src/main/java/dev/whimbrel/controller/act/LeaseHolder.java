package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.LeaseOwner;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.Names;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * The Lease per database: one run at a time changes it. It has no expiry, since a migration may
 * take a day and an operator may be away for longer; it is given back at the recorded end.
 */
public final class LeaseHolder {

  private final KubernetesClient client;
  private final String namespace;

  /**
   * @param namespace the operator's own: a tenant cannot touch Leases there
   */
  public LeaseHolder(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /**
   * Takes it if it is free, or from exactly this holder, if that is still at rest or gone by a live
   * read: a leader that was held up must not take it from who has gone on. Whoever loses the race
   * observes the winner next time.
   */
  void acquire(DatabaseMigration migration, String name, Optional<String> from) {
    Lease held = client.leases().inNamespace(namespace).withName(name).get();
    try {
      if (held == null) {
        client.resource(lease(migration, name, null)).create();
      } else if (isTakeable(held, from)) {
        client
            .resource(lease(migration, name, held.getMetadata().getResourceVersion()))
            .lockResourceVersion(held.getMetadata().getResourceVersion())
            .update();
      }
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_CONFLICT);
    }
  }

  private boolean isTakeable(Lease held, Optional<String> from) {
    return LeaseOwner.of(held)
        .map(owner -> from.filter(owner.run()::equals).isPresent() && owner.isAtRest(client))
        .orElse(true);
  }

  private Lease lease(DatabaseMigration migration, String name, String resourceVersion) {
    return new LeaseBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .withResourceVersion(resourceVersion)
        .withLabels(
            Map.of(
                Annotations.MANAGED_BY,
                Annotations.WHIMBREL,
                Annotations.SERVER,
                Names.serverLabel(new Spec(migration.getSpec()).server())))
        .withAnnotations(
            Map.of(
                Annotations.HOLDER,
                migration.getMetadata().getNamespace() + "/" + migration.getMetadata().getName()))
        .endMetadata()
        .withNewSpec()
        .withHolderIdentity(LeaseOwner.runUid(migration))
        .withAcquireTime(ZonedDateTime.now(Clock.systemUTC()))
        .endSpec()
        .build();
  }

  /**
   * Gives it back, if this run holds it and, by a live read, has nothing dispatched and is not
   * unresolved: a leader that was held up must not free what another has begun to use. Deleting is
   * the one write that frees it whole.
   */
  void release(DatabaseMigration migration, String name, String holder) {
    Lease held = client.leases().inNamespace(namespace).withName(name).get();
    if (held == null
        || !holder.equals(held.getSpec().getHolderIdentity())
        || isNeeded(migration, holder)) {
      return;
    }
    try {
      client.resource(held).lockResourceVersion(held.getMetadata().getResourceVersion()).delete();
    } catch (KubernetesClientException e) {
      // Somebody took it over in between: then it is theirs.
      Actor.tolerate(e, HttpURLConnection.HTTP_CONFLICT);
    }
  }

  private boolean isNeeded(DatabaseMigration migration, String holder) {
    return Optional.ofNullable(
            client
                .resources(DatabaseMigration.class)
                .inNamespace(migration.getMetadata().getNamespace())
                .withName(migration.getMetadata().getName())
                .get())
        .filter(live -> holder.equals(LeaseOwner.runUid(live)))
        .filter(live ->
            Boolean.TRUE.equals(live.getStatus().run().dispatched())
                || Phase.UNRESOLVED.label().equals(live.getStatus().phase()))
        .isPresent();
  }
}
