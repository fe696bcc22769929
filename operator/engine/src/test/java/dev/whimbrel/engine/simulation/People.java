package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Phase;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Everybody who writes specs, approves, rejects, retries, deletes, and edits databases by hand. */
final class People {

  private static final String WRONG_HASH = "sha256:" + "0".repeat(64);

  private final SimulatedWorld world;
  private final Specs specs;
  private final Set<String> deletedPlans = new HashSet<>();
  private final Set<String> interrupted = new HashSet<>();
  private final boolean cloudSql;
  private int drifts;

  People(SimulatedWorld world) {
    this.world = world;
    this.specs = new Specs(world.chance);
    this.cloudSql = world.chance.oneIn(2);
  }

  /** A migration with its source. */
  void create(String name) {
    String configMap = specs.newName("source");
    world.api.sources.put(configMap, specs.first());
    world.api.create(name, specs.draw("history_" + name, cloudSql, configMap));
    say(() -> "creates " + name);
  }

  boolean deletedPlan(String name) {
    return deletedPlans.contains(name);
  }

  /** One of them does something about one migration. */
  void act(String name) {
    world.actor("person");
    Optional<DatabaseMigration> found = world.api.migration(name);
    if (found.isEmpty()) {
      if (world.chance.oneIn(3) && world.database.sessions.isEmpty()) {
        // It may have gone unresolved: whoever starts again has looked at the database.
        world.database.repair("history_" + name);
        create(name);
      }
      return;
    }
    DatabaseMigration migration = found.get();
    if (migration.getStatus() == null || world.chance.oneIn(3)) {
      changeSomething(migration);
    } else {
      decide(migration);
    }
  }

  private void changeSomething(DatabaseMigration migration) {
    String name = migration.getMetadata().getName();
    switch (world.chance.below(14)) {
      case 0, 1 -> newSource(migration);
      case 2 -> editSource(migration);
      case 3, 4 -> suspend(migration, !migration.getSpec().suspend());
      case 5 -> retry(migration);
      case 6 -> drift();
      case 7 -> deletePlan(migration);
      case 8 -> delete(name);
      case 9 -> deleteJob(migration);
      case 10 -> verifyRollout(migration);
      case 11 -> moveTraffic(migration);
      case 12 -> changePolicy();
      default -> {
        // Most of the time nobody does anything.
      }
    }
  }

  private void newSource(DatabaseMigration migration) {
    String configMap = specs.newName("source");
    List<Script> scripts = world.api.sources.get(Checks.source(migration));
    world.api.sources.put(configMap, world.chance.oneIn(3) ? scripts : specs.grow(scripts, 0));
    world.api.writeSpec(
        migration.getMetadata().getName(), specs.withSource(migration.getSpec(), configMap));
    world.happened("people:spec");
    say(() -> "writes a new spec with " + world.api.sources.get(configMap));
  }

  private void editSource(DatabaseMigration migration) {
    String table = migration.getSpec().source().flyway().table();
    world.api.sources.computeIfPresent(
        Checks.source(migration),
        (key, scripts) ->
            world.chance.oneIn(2) && !world.database.isIn(table, scripts.getLast().name())
                ? specs.rewritten(scripts)
                : specs.grow(scripts, 1));
    world.happened("people:source");
    say(() -> "edits ConfigMap " + Checks.source(migration));
  }

  void suspend(DatabaseMigration migration, boolean suspend) {
    world.api.writeSpec(
        migration.getMetadata().getName(), specs.withSuspend(migration.getSpec(), suspend));
    world.happened("people:suspend");
    say(() -> "sets spec.suspend to " + suspend);
  }

  private void retry(DatabaseMigration migration) {
    String value = specs.newName("retry");
    world.api.annotate(migration.getMetadata().getName(), Whimbrel.RETRY_ANNOTATION, value);
    world.happened("people:retry");
    say(() -> "asks for " + value + " of " + migration.getMetadata().getName());
  }

  private void verifyRollout(DatabaseMigration migration) {
    String value = specs.newName("rollout");
    world.api.annotate(
        migration.getMetadata().getName(), Whimbrel.VERIFY_ROLLOUT_ANNOTATION, value);
    world.happened("people:rollout");
    say(() -> "asks for " + value + " of " + migration.getMetadata().getName());
  }

  /** A new application is out, or the one before is wanted back. */
  private void moveTraffic(DatabaseMigration migration) {
    if (world.chance.oneIn(2)) {
      world.service.deploy();
      return;
    }
    String value = specs.newName("traffic");
    world.api.annotate(
        migration.getMetadata().getName(), Whimbrel.RESTORE_TRAFFIC_ANNOTATION, value);
    world.happened("people:traffic");
    say(() -> "asks for " + value + " of " + migration.getMetadata().getName());
  }

  private void changePolicy() {
    world.policy.change();
    world.happened("people:policy");
    say(() -> world.policy.forbids() ? "forbids what is High" : "forbids nothing any more");
  }

  private void drift() {
    if (world.strikes(Fault.DRIFT, 1)) {
      world.database.catalog.add("drift-" + ++drifts);
    }
  }

  private void deletePlan(DatabaseMigration migration) {
    if (migration.getStatus() != null && migration.getStatus().plan() != null) {
      String plan = migration.getStatus().plan().name();
      if (world.strikes(Fault.PLAN_DELETED_BY_HAND, 4)) {
        deletedPlans.add(plan);
        world.api.plans.remove(plan);
      }
    }
  }

  private void deleteJob(DatabaseMigration migration) {
    if (migration.getStatus() != null && migration.getStatus().run().job() != null) {
      String job = migration.getStatus().run().job().name();
      if (world.api.jobs.containsKey(job) && world.strikes(Fault.JOB_DELETED_BY_HAND, 1)) {
        world.api.deleteJob(job);
      }
    }
  }

  private void delete(String name) {
    List<Optional<String>> modes =
        List.of(
            Optional.empty(),
            Optional.of(GarbageCollector.FOREGROUND),
            Optional.of(GarbageCollector.ORPHAN));
    Optional<String> mode = world.chance.pick(modes);
    if (world.api.migration(name).orElseThrow().getMetadata().getDeletionTimestamp() == null) {
      world.happened("delete:" + mode.orElse("background"));
      say(() -> "deletes " + name + " (" + mode.orElse("background") + ")");
      world.api.delete(name, mode, world.clock.instant().toString());
    }
  }

  private void decide(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    Phase phase = Phase.of(status.phase()).orElseThrow();
    if (phase == Phase.UNRESOLVED) {
      resolve(migration);
    } else if (phase == Phase.ROLLED_BACK && world.chance.oneIn(2)) {
      newSource(migration);
    } else if (phase == Phase.SUCCEEDED && world.chance.oneIn(2)) {
      verifyRollout(migration);
    } else if (phase.resting() && world.chance.oneIn(4)) {
      moveTraffic(migration);
    } else if (status.run().dispatched() && world.chance.oneIn(6)) {
      about(migration, "Abort");
    } else if (status.plan() != null) {
      judge(migration, status.plan());
    }
  }

  private void judge(DatabaseMigration migration, PlanReference reference) {
    MigrationPlan plan = world.api.plans.get(reference.name());
    if (plan == null) {
      return;
    }
    String uid = plan.getMetadata().getUid();
    String hash = plan.getSpec().hash();
    switch (world.chance.below(10)) {
      case 0 -> about(migration, "Reject", reference.name(), uid, hash);
      case 1 -> about(migration, "Approve", reference.name(), uid, WRONG_HASH);
      case 2 -> about(migration, "Approve", reference.name(), "another-uid", hash);
      default -> about(migration, "Approve", reference.name(), uid, hash);
    }
  }

  private void about(
      DatabaseMigration migration, String decision, String plan, String uid, String hash) {
    world.api.decide(
        new MigrationApprovalSpec(
            migration.getMetadata().getName(),
            decision,
            new ApprovedPlan(plan, uid, hash),
            null,
            null,
            "person-" + world.chance.below(3)));
    world.happened("people:" + decision);
    say(() -> decision + " plan " + plan + " " + uid + " " + hash.substring(7, 15));
  }

  private void about(DatabaseMigration migration, String decision) {
    world.api.decide(
        new MigrationApprovalSpec(
            migration.getMetadata().getName(),
            decision,
            null,
            Checks.runUid(migration),
            null,
            "person"));
    world.happened("people:" + decision);
    say(() -> decision + " run " + Checks.runUid(migration));
  }

  /** Acknowledges only what is over, and after having put the database in order. */
  private void resolve(DatabaseMigration migration) {
    if (world.chance.oneIn(2)) {
      retry(migration);
    } else if (world.database.sessions.isEmpty()) {
      world.database.repair(migration.getSpec().source().flyway().table());
      about(migration, "Acknowledge");
    }
  }

  /** In the end somebody approves what waits, or lets it expire, and nothing stays suspended. */
  void settle(String name, boolean approving) {
    DatabaseMigration migration = world.api.migration(name).orElse(null);
    if (migration == null || migration.getStatus() == null) {
      return;
    }
    if (Boolean.TRUE.equals(migration.getSpec().suspend())) {
      suspend(migration, false);
    }
    PlanReference earlier = migration.getStatus().run().continues();
    if (!world.labelled && earlier != null && interrupted.add(earlier.uid())) {
      // Between the two plans, and unnoticed.
      editSource(migration);
    }
    PlanReference plan = migration.getStatus().plan();
    boolean waits = Phase.AWAITING_APPROVAL.label().equals(migration.getStatus().phase());
    if (approving && waits && plan != null && world.api.plans.containsKey(plan.name())) {
      about(migration, "Approve", plan.name(), plan.uid(), plan.hash());
    }
  }

  private void say(Supplier<String> what) {
    world.trace.add("person", what);
  }
}
