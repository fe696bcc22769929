package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.controller.act.Actor;
import dev.whimbrel.controller.observe.Observer;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Reconciliation;
import dev.whimbrel.engine.World;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.net.HttpURLConnection;
import java.util.Optional;

/** The cluster as one pass sees it. */
final class LiveCluster implements Reconciliation.Cluster {

  private final DatabaseMigration cached;
  private final Context<DatabaseMigration> context;
  private final Observer observer;
  private final Actor actor;
  private DatabaseMigration written;

  LiveCluster(
      DatabaseMigration cached,
      Context<DatabaseMigration> context,
      Observer observer,
      Actor actor) {
    this.cached = cached;
    this.context = context;
    this.observer = observer;
    this.actor = actor;
  }

  @Override
  public Optional<World> observe() {
    // Our own last write is newer than any read could be, unless an effect changed the metadata.
    Optional<DatabaseMigration> live =
        written != null ? Optional.of(written) : observer.migration(cached);
    written = null;
    return live.map(migration -> observer.world(migration, context));
  }

  @Override
  public DatabaseMigration persist(DatabaseMigration observed, DatabaseMigrationStatus status)
      throws Reconciliation.Conflict {
    DatabaseMigration intended = new DatabaseMigration();
    intended.setMetadata(observed.getMetadata());
    intended.setSpec(observed.getSpec());
    intended.setStatus(status);
    try {
      written =
          context
              .getClient()
              .resource(intended)
              .lockResourceVersion(observed.getMetadata().getResourceVersion())
              .updateStatus();
      actor.changed(observed, written);
      return written;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        throw new Reconciliation.Conflict(e.getMessage(), e);
      }
      throw e;
    }
  }

  @Override
  public void act(DatabaseMigration migration, World world, Effect effect) {
    if (effect instanceof Effect.AddFinalizer || effect instanceof Effect.RemoveFinalizer) {
      written = null;
    }
    actor.act(migration, world, effect);
  }
}
