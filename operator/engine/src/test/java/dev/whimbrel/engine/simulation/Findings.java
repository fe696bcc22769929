package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Rollouts;
import dev.whimbrel.engine.TrafficRestores;
import java.util.List;
import java.util.Optional;

/** What is said to have been found, held against what the simulation saw. */
final class Findings {

  private final SimulatedWorld world;

  Findings(SimulatedWorld world) {
    this.world = world;
  }

  /** Verified is said of a rollout that held, of this run, as the spec is that it is said of. */
  void rollout(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    if (status.rollout() == null) {
      return;
    }
    world.happened("rollout:" + status.rollout().state());
    boolean said =
        status.conditions().stream()
            .anyMatch(c -> c.getType().equals("RolloutVerified") && c.getStatus().equals("True"));
    Invariant.FOUND.require(
        !said || held(migration),
        () -> Checks.runUid(migration) + " says so of " + status.rollout() + ", and none held");
  }

  /** A split in the status was read as it stands there; one that is back was put back. */
  void traffic(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    String uid = migration.getMetadata().getUid();
    if (status.trafficRestore() != null) {
      world.happened("trafficRestore:" + status.trafficRestore().state());
    }
    Invariant.TRAFFIC.require(
        status.traffic() == null || world.service.isRead(uid, status.traffic()),
        () -> Checks.runUid(migration) + " says that it has read " + status.traffic());
  }

  private boolean held(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    String observed = world.checks.observedSpec(migration).hash();
    return Phase.SUCCEEDED.label().equals(status.phase())
        && world.database.verifications.stream()
            .filter(v -> v.holds() && v.job().name().equals(status.rollout().job().name()))
            .map(SimulatedDatabase.Verified::job)
            .anyMatch(job ->
                job.rollout.equals(Optional.of(status.rollout().trigger()))
                    && job.runUid().equals(Checks.runUid(migration))
                    && job.spec.hash().equals(observed));
  }

  /** Those in the status are of a verification of this very run, which has no plan. */
  void shown(DatabaseMigration migration) {
    List<CheckResult> shown = migration.getStatus().checks();
    if (shown.isEmpty()) {
      return;
    }
    world.happened("checks:Shown");
    String run = Checks.runUid(migration);
    Invariant.FOUND.require(
        migration.getStatus().plan() == null
            && world.database.verifications.stream()
                .filter(v -> v.job().runUid().equals(run))
                // What does not hold is shown first, so the order is another.
                .anyMatch(v -> v.found().size() == shown.size() && shown.containsAll(v.found())),
        () -> run + " shows " + shown + " of another");
  }

  /** Checks are of a verification of this very plan, and what is recorded stays. */
  void planRecorded(MigrationPlan before, MigrationPlan after) {
    List<CheckResult> found = after.getStatus().checks();
    List<CheckResult> known = before.getStatus().checks();
    Invariant.FOUND.require(
        known.isEmpty() || known.equals(found),
        () -> "plan " + after.getMetadata().getName() + " had " + known + ", and now " + found);
    if (known.isEmpty() && !found.isEmpty()) {
      world.happened("plan:ChecksRecorded");
      Invariant.FOUND.require(
          world.database.verifications.stream()
              .anyMatch(v ->
                  v.found().equals(found)
                      && v.job().rollout.isEmpty()
                      && v.job().verified().equals(Optional.of(after.getSpec().hash()))),
          () -> "plan " + after.getMetadata().getName() + " has " + found + " of another");
    }
  }

  /** Whether a Job beside the run is under way, and somebody will look at its end. */
  static boolean areAwaited(DatabaseMigration migration) {
    return (Rollouts.isRunning(migration.getStatus().rollout())
            || TrafficRestores.isRunning(migration.getStatus().trafficRestore()))
        && migration.getMetadata().getDeletionTimestamp() == null;
  }
}
