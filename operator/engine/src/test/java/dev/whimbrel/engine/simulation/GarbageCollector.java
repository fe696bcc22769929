package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes what is owned by what is gone. A foreground deletion takes the owned first, whatever
 * other finalizers there are; an orphan deletion sets them free.
 */
final class GarbageCollector {

  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  private final SimulatedApi api;
  private final Checks checks;
  private final Trace trace;

  GarbageCollector(SimulatedApi api, Checks checks, Trace trace) {
    this.api = api;
    this.checks = checks;
    this.trace = trace;
  }

  /**
   * One piece of the garbage collector's work.
   *
   * @return whether there was any
   */
  boolean step(Chance chance) {
    List<Runnable> work = new ArrayList<>();
    for (String name : api.migrationNames()) {
      collect(api.migration(name).orElseThrow(), work);
    }
    for (SimulatedJob job : api.jobs.values()) {
      if (job.ownerUid != null && api.migrationByUid(job.ownerUid).isEmpty()) {
        work.add(() -> collectJob(job));
      }
    }
    for (MigrationPlan plan : api.plans.values()) {
      if (SimulatedApi.owner(plan) != null
          && api.migrationByUid(SimulatedApi.owner(plan)).isEmpty()) {
        work.add(() -> api.plans.remove(plan.getMetadata().getName()));
      }
    }
    if (work.isEmpty()) {
      return false;
    }
    chance.pick(work).run();
    return true;
  }

  private void collect(DatabaseMigration migration, List<Runnable> work) {
    List<String> finalizers = migration.getMetadata().getFinalizers();
    boolean foreground = finalizers.contains(FOREGROUND);
    if (!foreground && !finalizers.contains(ORPHAN)) {
      return;
    }
    String uid = migration.getMetadata().getUid();
    int before = work.size();
    for (SimulatedJob job : api.jobs.values()) {
      if (uid.equals(job.ownerUid)) {
        work.add(foreground ? () -> collectJob(job) : () -> job.ownerUid = null);
      }
    }
    for (MigrationPlan plan : api.plans.values()) {
      String name = plan.getMetadata().getName();
      if (uid.equals(SimulatedApi.owner(plan))) {
        work.add(foreground ? () -> api.plans.remove(name) : () -> api.detachPlan(name));
      }
    }
    if (work.size() == before) {
      work.add(() -> api.setFinalizer(migration, foreground ? FOREGROUND : ORPHAN, false));
    }
  }

  private void collectJob(SimulatedJob job) {
    checks.collected(job);
    trace.add("gc", () -> "deletes job " + job.name());
    api.deleteJob(job.name());
  }
}
