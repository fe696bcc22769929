package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.engine.Decision;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Engine;
import dev.whimbrel.engine.Reconciliation;
import dev.whimbrel.engine.World;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** The wrong order: it acts, and then writes down what it intended. */
final class HastyReconciliation {

  private final Reconciliation.Cluster cluster;
  private final Clock clock;

  HastyReconciliation(Reconciliation.Cluster cluster, Clock clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  Optional<Instant> run() throws Reconciliation.Conflict {
    for (int step = 0; step < 25; step++) {
      Optional<World> world = cluster.observe();
      if (world.isEmpty()) {
        return Optional.empty();
      }
      Decision decision = Engine.decide(world.get(), clock.instant());
      for (Effect effect : decision.effects()) {
        cluster.act(intended(world.get(), decision), world.get(), effect);
      }
      if (!decision.status().equals(world.get().migration().getStatus())) {
        cluster.persist(world.get().migration(), decision.status());
      }
      if (!decision.again()) {
        return decision.wakeAt();
      }
    }
    return Optional.of(clock.instant());
  }

  private static DatabaseMigration intended(World world, Decision decision) {
    DatabaseMigration migration = new DatabaseMigration();
    migration.setMetadata(world.migration().getMetadata());
    migration.setSpec(world.migration().getSpec());
    migration.setStatus(decision.status());
    return migration;
  }
}
