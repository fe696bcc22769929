package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * The one way through the code: observe, decide, persist, act. The intended status is persisted,
 * with an optimistic lock, before the first effect: whoever comes after a crash reads what was
 * intended and finishes it, and of two operators that decide at once only one gets to act.
 */
public final class Reconciliation {

  /** A pass that never settles would starve the others; the next wake-up goes on. */
  private static final int LONGEST_PASS = 25;

  private final Cluster cluster;
  private final Clock clock;

  /** Where the world is observed and changed. */
  public interface Cluster {

    /** What there is now; empty when the migration is gone. */
    Optional<World> observe();

    /**
     * Writes the status if the migration is still as it was observed.
     *
     * @return the migration as written
     * @throws Conflict if somebody else wrote in between
     */
    DatabaseMigration persist(DatabaseMigration observed, DatabaseMigrationStatus status)
        throws Conflict;

    /** Carries out one effect. Throws if it could not; {@code Announce} never does. */
    void act(DatabaseMigration migration, World world, Effect effect);
  }

  /** Somebody else wrote the migration since it was observed: observe again. */
  public static final class Conflict extends Exception {

    private static final long serialVersionUID = 1L;

    public Conflict(String message, Throwable cause) {
      super(message, cause);
    }
  }

  public Reconciliation(Cluster cluster, Clock clock) {
    this.cluster = cluster;
    this.clock = clock;
  }

  /**
   * Goes as far as it can without waiting.
   *
   * @return when to come back at the latest; empty when the migration is at rest or gone
   * @throws Conflict if another operator wrote at the same time
   */
  public Optional<Instant> run() throws Conflict {
    for (int step = 0; step < LONGEST_PASS; step++) {
      Optional<World> observed = cluster.observe();
      if (observed.isEmpty()) {
        return Optional.empty();
      }
      World world = observed.get();
      Decision decision = Engine.decide(world, clock.instant());
      DatabaseMigration migration = world.migration();
      if (!decision.status().equals(migration.getStatus())) {
        migration = cluster.persist(migration, decision.status());
      }
      for (Effect effect : decision.effects()) {
        cluster.act(migration, world, effect);
      }
      if (!decision.again()) {
        return decision.wakeAt();
      }
    }
    return Optional.of(clock.instant());
  }
}
