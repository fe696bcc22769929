package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationApprovalStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Reconciliation;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What the API server stores. Objects are never changed in place, so that whoever holds an older
 * one holds an older one.
 */
final class SimulatedApi {

  /** A request was refused or got no answer. */
  static final class ApiFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ApiFailure(String message) {
      super(message);
    }
  }

  final Map<String, SimulatedJob> jobs = new LinkedHashMap<>();
  final Map<String, MigrationPlan> plans = new LinkedHashMap<>();
  final Map<String, String> leases = new HashMap<>();

  /** ConfigMaps: name to scripts. */
  final Map<String, List<Script>> sources = new HashMap<>();

  private final Map<String, List<DatabaseMigration>> migrations = new LinkedHashMap<>();
  private final Map<String, MigrationApproval> approvals = new LinkedHashMap<>();
  private final List<List<MigrationApproval>> approvalLists = new ArrayList<>(List.of(List.of()));
  private final Trace trace;
  private final Checks checks;
  private int serial;

  SimulatedApi(Trace trace, Checks checks) {
    this.trace = trace;
    this.checks = checks;
  }

  String newUid(String kind) {
    return kind + "-uid-" + ++serial;
  }

  // --- migrations ------------------------------------------------------------------------------

  List<String> migrationNames() {
    return List.copyOf(migrations.keySet());
  }

  Optional<DatabaseMigration> migration(String name) {
    return Optional.ofNullable(migrations.get(name)).map(List::getLast);
  }

  Optional<DatabaseMigration> migrationByUid(String uid) {
    return migrations.values().stream()
        .map(List::getLast)
        .filter(migration -> migration.getMetadata().getUid().equals(uid))
        .findFirst();
  }

  /** One of the last versions. */
  Optional<DatabaseMigration> olderMigration(String name, Chance chance) {
    return Optional.ofNullable(migrations.get(name))
        .map(list -> list.get(chance.between(Math.max(0, list.size() - 4), list.size() - 1)));
  }

  void create(String name, DatabaseMigrationSpec spec) {
    DatabaseMigration migration = new DatabaseMigration();
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName(name)
            .withUid(newUid("dbm"))
            .withGeneration(1L)
            .withResourceVersion("" + ++serial)
            .build());
    migration.setSpec(spec);
    migrations.put(name, new ArrayList<>(List.of(migration)));
    checks.specWritten(migration);
  }

  /** Writes the status if nobody wrote since. */
  DatabaseMigration writeStatus(
      DatabaseMigration observed, DatabaseMigrationStatus status, boolean locked)
      throws Reconciliation.Conflict {
    DatabaseMigration live = migration(observed.getMetadata().getName()).orElse(null);
    if (live == null || locked && !sameVersion(live, observed)) {
      throw new Reconciliation.Conflict("the object has been modified", null);
    }
    DatabaseMigration written = put(live, metadata -> metadata, live.getSpec(), status);
    checks.persisted(live, written);
    return written;
  }

  private static boolean sameVersion(DatabaseMigration a, DatabaseMigration b) {
    return a.getMetadata().getUid().equals(b.getMetadata().getUid())
        && a.getMetadata().getResourceVersion().equals(b.getMetadata().getResourceVersion());
  }

  void writeSpec(String name, DatabaseMigrationSpec spec) {
    DatabaseMigration live = migration(name).orElseThrow();
    long generation = live.getMetadata().getGeneration() + 1;
    checks.specWritten(put(live, meta -> meta.withGeneration(generation), spec, live.getStatus()));
  }

  void annotate(String name, String annotation, String value) {
    DatabaseMigration live = migration(name).orElseThrow();
    put(live, meta -> meta.addToAnnotations(annotation, value), live.getSpec(), live.getStatus());
  }

  /** Adds or removes our finalizer, under the optimistic lock. */
  void finalizer(DatabaseMigration persisted, boolean present) {
    DatabaseMigration live = migration(persisted.getMetadata().getName()).orElse(null);
    if (live == null) {
      return;
    }
    if (!sameVersion(live, persisted)) {
      throw new ApiFailure("conflict on the finalizer");
    }
    setFinalizer(live, Whimbrel.FINALIZER, present);
  }

  void setFinalizer(DatabaseMigration live, String finalizer, boolean present) {
    put(
        live,
        meta -> {
          meta.removeFromFinalizers(finalizer);
          return present ? meta.addToFinalizers(finalizer) : meta;
        },
        live.getSpec(),
        live.getStatus());
    vanishIfFree(live.getMetadata().getName());
  }

  /**
   * Deletes the migration: in the background, or with one of the garbage collector's finalizers.
   */
  void delete(String name, Optional<String> mode, String now) {
    DatabaseMigration live = migration(name).orElseThrow();
    put(
        live,
        meta -> {
          mode.ifPresent(meta::addToFinalizers);
          return meta.withDeletionTimestamp(now);
        },
        live.getSpec(),
        live.getStatus());
    vanishIfFree(name);
  }

  private void vanishIfFree(String name) {
    DatabaseMigration live = migration(name).orElseThrow();
    ObjectMeta meta = live.getMetadata();
    if (meta.getDeletionTimestamp() != null && meta.getFinalizers().isEmpty()) {
      migrations.remove(name);
      trace.add("api", () -> name + " is gone");
      checks.vanished(live);
    }
  }

  private DatabaseMigration put(
      DatabaseMigration live,
      UnaryOperator<ObjectMetaBuilder> change,
      DatabaseMigrationSpec spec,
      DatabaseMigrationStatus status) {
    DatabaseMigration written = new DatabaseMigration();
    written.setMetadata(
        change
            .apply(new ObjectMetaBuilder(live.getMetadata()))
            .withResourceVersion("" + ++serial)
            .build());
    written.setSpec(spec);
    written.setStatus(status);
    migrations.get(live.getMetadata().getName()).add(written);
    return written;
  }

  // --- plans -----------------------------------------------------------------------------------

  void createPlan(String name, MigrationPlanSpec spec, String ownerUid) {
    if (!plans.containsKey(name)) {
      MigrationPlan plan =
          plan(
              name,
              newUid("plan"),
              ownerUid,
              spec,
              planStatus("Pending", "", List.of(), List.of()));
      plans.put(name, plan);
      checks.planCreated(plan);
    }
  }

  /** Dispatched does not undo an end. What is recorded stays where nothing is said of it. */
  void recordPlan(
      DatabaseMigration migration, Effect.RecordPlan record, List<ChecklistItem> checklist) {
    MigrationPlan old = plans.get(record.name());
    if (old == null
        || record.state().equals("Dispatched") && !old.getStatus().state().equals("Pending")) {
      return;
    }
    MigrationPlanStatus before = old.getStatus();
    write(
        migration,
        old,
        planStatus(
            record.state(),
            record.message(),
            record.checks().isEmpty() ? before.checks() : record.checks(),
            checklist.isEmpty() ? before.checklist() : checklist));
  }

  /** Unless somebody has written the plan since it was seen. */
  void recordChecklist(
      DatabaseMigration migration, MigrationPlan seen, List<ChecklistItem> checklist) {
    MigrationPlan old = plans.get(seen.getMetadata().getName());
    if (old == null) {
      return;
    }
    MigrationPlanStatus before = old.getStatus();
    if (!before.equals(seen.getStatus())) {
      throw new ApiFailure("conflict on the plan");
    }
    write(migration, old, planStatus(before.state(), before.message(), before.checks(), checklist));
  }

  private void write(DatabaseMigration migration, MigrationPlan old, MigrationPlanStatus status) {
    String name = old.getMetadata().getName();
    MigrationPlan now = plan(name, old.getMetadata().getUid(), owner(old), old.getSpec(), status);
    plans.put(name, now);
    checks.planRecorded(migration, old, now);
  }

  void detachPlan(String name) {
    plans.computeIfPresent(
        name,
        (key, old) -> plan(name, old.getMetadata().getUid(), null, old.getSpec(), old.getStatus()));
  }

  static String owner(MigrationPlan plan) {
    return plan.getMetadata().getOwnerReferences().isEmpty()
        ? null
        : plan.getMetadata().getOwnerReferences().getFirst().getUid();
  }

  private static MigrationPlanStatus planStatus(
      String state, String message, List<CheckResult> checks, List<ChecklistItem> checklist) {
    return new MigrationPlanStatus(
        state, message, null, null, List.of(), null, null, checks, checklist);
  }

  private static MigrationPlan plan(
      String name,
      String uid,
      String ownerUid,
      MigrationPlanSpec spec,
      MigrationPlanStatus status) {
    MigrationPlan plan = new MigrationPlan();
    ObjectMetaBuilder meta = new ObjectMetaBuilder().withName(name).withUid(uid);
    if (ownerUid != null) {
      meta.addNewOwnerReference().withUid(ownerUid).endOwnerReference();
    }
    plan.setMetadata(meta.build());
    plan.setSpec(spec);
    plan.setStatus(status);
    return plan;
  }

  // --- approvals -------------------------------------------------------------------------------

  void decide(MigrationApprovalSpec spec) {
    String name = "approval-" + ++serial;
    put(name, spec, null);
  }

  /** Writes the result, unless there is one. */
  void judge(String name, boolean accepted, String reason, String message) {
    MigrationApproval old = approvals.get(name);
    if (old != null && old.getStatus() == null) {
      put(
          name,
          old.getSpec(),
          new MigrationApprovalStatus(accepted ? "Accepted" : "Refused", reason, message, null));
    }
  }

  private void put(String name, MigrationApprovalSpec spec, MigrationApprovalStatus status) {
    MigrationApproval approval = new MigrationApproval();
    approval.setMetadata(new ObjectMetaBuilder().withName(name).build());
    approval.setSpec(spec);
    approval.setStatus(status);
    approvals.put(name, approval);
    approvalLists.add(List.copyOf(approvals.values()));
  }

  List<MigrationApproval> approvals() {
    return approvalLists.getLast();
  }

  /** One of the last lists. */
  List<MigrationApproval> olderApprovals(Chance chance) {
    int size = approvalLists.size();
    return approvalLists.get(chance.between(Math.max(0, size - 4), size - 1));
  }

  // --- Leases ----------------------------------------------------------------------------------

  void acquire(String lease, String run, Optional<String> from) {
    String holder = leases.get(lease);
    if (holder == null) {
      leases.put(lease, run);
    } else if (from.filter(holder::equals).isPresent() && isAtRest(holder)) {
      checks.takenOver(run, holder);
      leases.put(lease, run);
    }
  }

  void release(String lease, String run, boolean looks) {
    if (run.equals(leases.get(lease)) && !(looks && isNeeded(run))) {
      checks.released(run);
      leases.remove(lease);
    }
  }

  private boolean isNeeded(String run) {
    return ofRun(run)
        .map(DatabaseMigration::getStatus)
        .filter(
            status -> status.run().dispatched() || Phase.UNRESOLVED.label().equals(status.phase()))
        .isPresent();
  }

  /** The migration whose present run this is. */
  Optional<DatabaseMigration> ofRun(String run) {
    return migrationByUid(run.substring(0, run.indexOf('/')))
        .filter(migration -> migration.getStatus() != null)
        .filter(migration -> run.endsWith("/" + migration.getStatus().run().id()));
  }

  /** Whether this run is at rest or gone. */
  boolean isAtRest(String run) {
    return ofRun(run)
        .map(migration -> Phase.of(migration.getStatus().phase()).orElseThrow().resting())
        .orElse(true);
  }

  // --- Jobs
  // ---------------------------------------------------------------------------------------

  /** The Job is gone at once; its pod is asked to stop. */
  void deleteJob(String name) {
    SimulatedJob job = jobs.remove(name);
    if (job != null) {
      job.deleted = true;
    }
  }
}
