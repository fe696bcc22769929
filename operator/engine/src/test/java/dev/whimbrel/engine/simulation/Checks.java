package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.SqlCheck;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Rollouts;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.TrafficRestores;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks on from outside, with the eyes of the simulation, and holds what it sees against the {@link
 * Invariant}s. It computes on its own what the engine should have asked for.
 */
final class Checks {

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final Set<String> WAITING =
      Set.of(Phase.BACKING_UP.label(), Phase.AWAITING_APPROVAL.label());
  private static final Set<String> OPEN = Set.of("Pending", "Dispatched");

  private final SimulatedWorld world;
  private final Findings found;
  private final Answered answered;
  private final Set<String> covered = new HashSet<>();
  private final Set<String> unresolved = new HashSet<>();
  private final Set<String> undoing = new HashSet<>();
  private final Set<String> held = new HashSet<>();
  private final Map<String, PlanReference> carriedOut = new HashMap<>();
  private final Map<String, List<String>> contents = new HashMap<>();
  private final Map<String, Spec> specs = new HashMap<>();

  private final Map<String, List<String>> wanted = new HashMap<>();

  Checks(SimulatedWorld world) {
    this.world = world;
    this.found = new Findings(world);
    this.answered = new Answered(world);
  }

  // --- the migration object --------------------------------------------------------------------

  void specWritten(DatabaseMigration migration) {
    specs.put(
        migration.getMetadata().getUid() + "@" + migration.getMetadata().getGeneration(),
        new Spec(migration.getSpec()));
  }

  void persisted(DatabaseMigration before, DatabaseMigration after) {
    DatabaseMigrationStatus old = before.getStatus();
    DatabaseMigrationStatus status = after.getStatus();
    String run = runUid(after);
    world.happened("phase:" + status.phase());
    world.trace.add(
        world.actor(),
        () ->
            "writes "
                + after.getMetadata().getName()
                + ": "
                + status.phase()
                + " run "
                + status.run().id()
                + " job "
                + (status.run().job() == null ? "-" : status.run().job().name())
                + (status.run().dispatched() ? " dispatched" : "")
                + " | "
                + status.message());
    if (old == null || !old.run().id().equals(status.run().id())) {
      wanted.put(run, scripts(after));
    }
    if (Phase.UNRESOLVED.label().equals(status.phase())) {
      unresolved.add(run);
    }
    dispatched(old, after);
    undoes(old, after);
    claims(after);
    found.rollout(after);
    found.traffic(after);
    found.shown(after);
  }

  static String runUid(DatabaseMigration migration) {
    return migration.getMetadata().getUid() + "/" + migration.getStatus().run().id();
  }

  private List<String> scripts(DatabaseMigration migration) {
    return world.api.sources.getOrDefault(source(migration), List.of()).stream()
        .filter(script -> !script.isCallback())
        .map(Script::name)
        .toList();
  }

  static String source(DatabaseMigration migration) {
    return migration.getSpec().source().flyway().configMaps().getFirst();
  }

  private void dispatched(DatabaseMigrationStatus old, DatabaseMigration after) {
    DatabaseMigrationStatus status = after.getStatus();
    boolean migrating = Phase.MIGRATING.label().equals(status.phase());
    boolean was =
        old != null && old.run().dispatched() && Phase.MIGRATING.label().equals(old.phase());
    if (migrating && status.run().dispatched() && !was) {
      wanted(after);
      covered(after);
      allowed(status.plan());
      hasBackup(after);
      Invariant.UNDONE.require(
          !held.contains(held(after)),
          () -> "plan " + status.plan().name() + " is dispatched, and was rolled back before");
      covered.add(status.run().job().name() + " " + status.plan().hash());
      carriedOut.put(status.plan().uid(), status.plan());
    }
  }

  private void allowed(PlanReference plan) {
    Optional.ofNullable(world.api.plans.get(plan.name()))
        .map(MigrationPlan::getSpec)
        .ifPresent(spec ->
            Invariant.FORBIDDEN.require(
                spec.blocked().isEmpty() && !world.policy.hasForbidden(spec),
                () -> "plan " + plan.name() + " is dispatched, and it is forbidden"));
  }

  /** Nothing begins for a spec that is held, replaced or deleted. */
  private void wanted(DatabaseMigration migration) {
    Invariant.COVERED.require(
        isWanted(migration),
        () -> runUid(migration) + " is dispatched, and its spec is suspended, replaced or deleted");
  }

  private static String held(DatabaseMigration migration) {
    return migration.getMetadata().getUid() + " " + migration.getStatus().plan().hash();
  }

  /** A rollback Job is claimed, or one has come to its end. */
  private void undoes(DatabaseMigrationStatus old, DatabaseMigration after) {
    DatabaseMigrationStatus status = after.getStatus();
    if (old != null && !Objects.equals(old.lastHandledRetry(), status.lastHandledRetry())) {
      held.removeIf(plan -> plan.startsWith(after.getMetadata().getUid()));
    }
    if (Step.ROLLBACK.word().equals(status.run().step())
        && status.run().job() != null
        && undoing.add(status.run().job().name())) {
      Invariant.UNDONE.require(
          isWanted(after) && new Spec(after.getSpec()).rollsBack(),
          () -> runUid(after) + " is rolled back, and its spec does not ask for it");
    }
    if (Phase.ROLLED_BACK.label().equals(status.phase()) && !status.phase().equals(old.phase())) {
      nothingIsIn(after);
      if (!callbacks(revisions(status.plan())).isEmpty()) {
        world.happened("plan:RolledBackCallbacks");
      }
      held.add(held(after));
    }
  }

  private static boolean isWanted(DatabaseMigration migration) {
    Spec spec = new Spec(migration.getSpec());
    return !spec.suspended()
        && migration.getMetadata().getDeletionTimestamp() == null
        && spec.hash().equals(migration.getStatus().run().spec());
  }

  private void covered(DatabaseMigration migration) {
    Spec spec = new Spec(migration.getSpec());
    PlanReference plan = migration.getStatus().plan();
    List<MigrationApproval> accepted = accepted(plan);
    Invariant.COVERED.require(
        accepted.stream().noneMatch(a -> a.getSpec().decision().equals("Reject")),
        () -> "plan " + plan.name() + " is dispatched and was rejected");
    if (!spec.approval().requires(Risk.of(plan.risk()))) {
      return;
    }
    long own = accepted.stream().map(a -> a.getSpec().approver()).distinct().count();
    List<MigrationApproval> counting =
        own >= spec.approvals()
            ? accepted
            : Stream.concat(accepted.stream(), ofTheWhole(plan).stream()).toList();
    long people = counting.stream().map(a -> a.getSpec().approver()).distinct().count();
    Invariant.COVERED.require(
        people >= spec.approvals(),
        () -> "plan " + plan.name() + " is dispatched with " + people + " approvals");
    Invariant.COVERED.require(
        world.clock.instant().isBefore(Instant.parse(plan.expiresAt())),
        () -> "plan " + plan.name() + " is dispatched and expired at " + plan.expiresAt());
  }

  List<MigrationApproval> accepted(PlanReference plan) {
    return world.api.approvals().stream()
        .filter(a -> a.getStatus() != null && "Accepted".equals(a.getStatus().result()))
        .filter(a -> a.getSpec().plan() != null && matches(a, plan))
        .toList();
  }

  /** What was approved of the plan whose unexecuted rest this one is: revision for revision. */
  private List<MigrationApproval> ofTheWhole(PlanReference rest) {
    List<String> scripts = revisions(rest);
    Optional<PlanReference> whole =
        carriedOut.values().stream()
            .filter(before -> isEnd(scripts, revisions(before)))
            .filter(before -> world.clock.instant().isBefore(expiry(before)))
            .filter(before -> !accepted(before).isEmpty())
            .filter(before ->
                accepted(before).stream().noneMatch(a -> a.getSpec().decision().equals("Reject")))
            .findFirst();
    whole.ifPresent(before ->
        world.happened(
            callbacks(scripts).isEmpty() ? "plan:Continues" : "plan:ContinuesCallbacks"));
    return whole.map(this::accepted).orElse(List.of());
  }

  private static Instant expiry(PlanReference plan) {
    return plan.expiresAt() == null ? Instant.MIN : Instant.parse(plan.expiresAt());
  }

  private static boolean isEnd(List<String> scripts, List<String> all) {
    List<String> rest = withoutCallbacks(scripts);
    List<String> whole = withoutCallbacks(all);
    int done = whole.size() - rest.size();
    return done > 0
        && whole.subList(done, whole.size()).equals(rest)
        && callbacks(all).equals(callbacks(scripts));
  }

  private static List<String> withoutCallbacks(List<String> scripts) {
    return scripts.stream().filter(script -> !isCallback(script)).toList();
  }

  private static List<String> callbacks(List<String> scripts) {
    return scripts.stream().filter(Checks::isCallback).toList();
  }

  /** Of a script with its hash. */
  private static boolean isCallback(String script) {
    return Script.isCallback(script.substring(0, script.indexOf(' ')));
  }

  private List<String> revisions(PlanReference plan) {
    return contents.getOrDefault(plan.uid(), List.of());
  }

  private static boolean matches(MigrationApproval approval, PlanReference plan) {
    return approval.getSpec().plan().name().equals(plan.name())
        && approval.getSpec().plan().uid().equals(plan.uid())
        && approval.getSpec().plan().hash().equals(plan.hash());
  }

  private void hasBackup(DatabaseMigration migration) {
    Spec spec = new Spec(migration.getSpec());
    if (!spec.backup().requires(Risk.of(migration.getStatus().plan().risk()))) {
      return;
    }
    Optional<SimulatedInstance.Backup> backup =
        Optional.ofNullable(migration.getStatus().backup())
            .flatMap(status -> world.instance.byId(status.id()));
    Duration maxAge = spec.backupMaxAge().map(Durations::parse).orElse(Duration.ofHours(1));
    Invariant.BACKUP_FIRST.require(
        backup.isPresent() && world.clock.instant().isBefore(backup.get().startedAt().plus(maxAge)),
        () -> "the plan is dispatched with backup " + backup);
  }

  /** Succeeded is said of a generation: all of its source is in, and its checks have passed. */
  private void claims(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    if (!Phase.SUCCEEDED.label().equals(status.phase())) {
      return;
    }
    Spec spec = observedSpec(migration);
    String table = spec.table();
    String run = runUid(migration);
    for (String script : wanted.get(run)) {
      Invariant.HONEST.require(
          world.database.isIn(table, script),
          () -> run + " succeeded and " + script + " is not in table " + table);
    }
    Invariant.HONEST.require(
        status.plan() == null
            || !spec.rehearses()
            || world.rehearsed.contains(run + " " + status.plan().hash()),
        () -> run + " succeeded, and its plan was not rehearsed");
    List<String> checks = spec.checks().stream().map(SqlCheck::name).toList();
    boolean verified =
        world.database.verifications.stream()
            .anyMatch(v ->
                v.holds()
                    && v.job().rollout.isEmpty()
                    && v.table().equals(table)
                    && v.checks().equals(checks)
                    && v.revision().equals(world.database.revision(table))
                    && (status.plan() == null || v.job().runUid().equals(run)));
    Invariant.HONEST.require(
        verified || status.plan() == null && checks.isEmpty(),
        () ->
            run
                + " succeeded for generation "
                + status.observedGeneration()
                + " without verification of "
                + checks);
  }

  /** The spec that the status is about. */
  Spec observedSpec(DatabaseMigration migration) {
    return specs.get(
        migration.getMetadata().getUid() + "@" + migration.getStatus().observedGeneration());
  }

  private void nothingIsIn(DatabaseMigration migration) {
    MigrationPlan plan = world.api.plans.get(migration.getStatus().plan().name());
    String table = new Spec(migration.getSpec()).table();
    Invariant.HONEST.require(
        plan == null
            || plan.getSpec().revisions().stream()
                .noneMatch(revision -> world.database.isIn(table, revision.script())),
        () -> runUid(migration) + " says that nothing is in, and something is");
  }

  void vanished(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    if (status == null) {
      return;
    }
    world.happened("deleted:" + status.phase());
    Invariant.OUTLIVES_DELETION.require(
        !status.run().dispatched() || unresolved.contains(runUid(migration)),
        () -> runUid(migration) + " is gone while dispatched");
    if (status.plan() != null) {
      MigrationPlan plan = world.api.plans.get(status.plan().name());
      boolean begun = world.begun.contains(runUid(migration) + " " + status.plan().hash());
      Invariant.OUTLIVES_DELETION.require(
          !begun
              || world.people.deletedPlan(status.plan().name())
              || plan != null && isEnd(status.phase(), plan.getStatus().state()),
          () ->
              "the outcome of plan "
                  + status.plan().name()
                  + " is lost: "
                  + (plan == null ? "it is gone" : plan.getStatus()));
    }
  }

  private static boolean isEnd(String phase, String state) {
    return switch (Phase.of(phase).orElseThrow()) {
      case SUCCEEDED -> state.equals("Applied");
      case UNRESOLVED -> state.equals("Unresolved");
      case ROLLED_BACK -> state.equals("RolledBack");
      case REJECTED -> state.equals("Rejected") || state.equals("Expired");
      case FAILED -> !OPEN.contains(state);
      // Nothing of it is in, or it is on its way to being planned again.
      default -> !state.equals("Dispatched");
    };
  }

  void collected(SimulatedJob job) {
    boolean inFlight =
        world
            .api
            .ofRun(job.runUid())
            .filter(m -> m.getStatus().run().dispatched())
            .filter(m -> m.getStatus().run().job() != null)
            .filter(m -> m.getStatus().run().job().name().equals(job.name()))
            .isPresent();
    Invariant.OUTLIVES_DELETION.require(
        !(job.changes() && inFlight), () -> "job " + job.name() + " is killed by a deletion");
  }

  void planCreated(MigrationPlan plan) {
    Invariant.HONEST.require(
        !plan.getSpec().revisions().isEmpty(),
        () -> "plan " + plan.getMetadata().getName() + " says that something is pending");
    if (!plan.getSpec().blocked().isEmpty()) {
      world.happened("plan:Blocked");
    }
    contents.put(
        plan.getMetadata().getUid(),
        plan.getSpec().revisions().stream().map(r -> r.script() + " " + r.hash()).toList());
  }

  /** On behalf of this migration, as its writer knew it. */
  void planRecorded(DatabaseMigration migration, MigrationPlan before, MigrationPlan after) {
    found.planRecorded(before, after);
    answered.written(migration, after);
  }

  // --- the database ----------------------------------------------------------------------------

  /** Right before the first statement of a runner. */
  void firstStatement(SimulatedJob job, SimulatedDatabase.Session session, MigrationPlanSpec plan) {
    String hash = plan.hash();
    Invariant.COVERED.require(
        world.database.revision(session.table).equals(plan.from()),
        () -> "job " + job.name() + " begins on a database that is not as planned");
    world.begun.add(session.run + " " + hash);
    Invariant.COVERED.require(
        covered.contains(job.name() + " " + hash),
        () -> "job " + job.name() + " begins plan " + hash + ", which was not dispatched for it");
    Invariant.TRAFFIC.require(
        job.spec.application().isEmpty() || job.readTraffic.isPresent(),
        () -> "job " + job.name() + " begins, and nobody has read who serves");
    String holder = world.api.leases.get(job.spec.lease());
    Invariant.ONE_RUNNER.require(
        session.run.equals(holder),
        () -> "job " + job.name() + " begins while the Lease is held by " + holder);
  }

  /** Right before a script is carried out. */
  void statement(MigrationPlanSpec plan, Script script) {
    Invariant.COVERED.require(
        plan.revisions().stream()
            .anyMatch(r -> r.script().equals(script.name()) && r.hash().equals(script.hash())),
        () -> script + " runs and is not what plan " + plan.hash() + " says");
  }

  /** Right before a script is undone. */
  void undoing(SimulatedJob job, SimulatedDatabase.Session session, PlannedRevision revision) {
    MigrationPlanSpec plan = job.plan.orElseThrow();
    Invariant.UNDONE.require(
        undoing.contains(job.name()) && world.begun.contains(session.run + " " + plan.hash()),
        () -> "job " + job.name() + " undoes what was not to be undone");
    WayBack approved =
        world.api.plans.values().stream()
            .map(MigrationPlan::getSpec)
            .filter(recorded -> recorded.hash().equals(plan.hash()))
            .findFirst()
            // Deleted by hand since the Job began: then the Job's copy is all there is.
            .orElse(plan)
            .revisions()
            .stream()
            .filter(planned -> planned.script().equals(revision.script()))
            .map(PlannedRevision::undo)
            .findFirst()
            .orElse(null);
    Invariant.UNDONE.require(
        approved != null && WayBack.REVERSIBLE.equals(approved.grade()),
        () -> revision.script() + " is undone, and its way back is " + approved);
    String holder = world.api.leases.get(job.spec.lease());
    Invariant.ONE_RUNNER.require(
        session.run.equals(holder),
        () -> "job " + job.name() + " undoes while the Lease is held by " + holder);
  }

  /** Right before all of a plan is undone, to be carried out again. */
  void rehearsing(SimulatedJob job, SimulatedDatabase.Session session, MigrationPlanSpec plan) {
    Invariant.UNDONE.require(
        plan.rehearses() && covered.contains(job.name() + " " + plan.hash()),
        () -> "job " + job.name() + " undoes a plan that nobody rehearses");
    for (PlannedRevision revision : plan.recorded()) {
      String way = revision.undo() == null ? null : revision.undo().grade();
      Invariant.UNDONE.require(
          world.database.isIn(session.table, revision.script())
              && (WayBack.REVERSIBLE.equals(way) || WayBack.WITH_LOSS.equals(way)),
          () -> "half of a plan is rehearsed: " + revision.script() + ", way back " + way);
    }
    String holder = world.api.leases.get(job.spec.lease());
    Invariant.ONE_RUNNER.require(
        session.run.equals(holder),
        () -> "job " + job.name() + " rehearses while the Lease is held by " + holder);
  }

  /** A run takes the Lease from another only after it has read the history itself. */
  void takenOver(String run, String from) {
    world.happened("lease:TakenOver");
    Invariant.ONE_RUNNER.require(
        world.inspectedClean.contains(run) && world.api.isAtRest(from),
        () -> run + " takes the Lease over from " + from + " without a clean reading");
  }

  void released(String run) {
    Invariant.ONE_RUNNER.require(
        world
            .api
            .ofRun(run)
            .filter(m -> Phase.UNRESOLVED.label().equals(m.getStatus().phase()))
            .isEmpty(),
        () -> run + " is unresolved and gives its Lease back");
  }

  /** Whenever something becomes visible in the database. */
  void changes(SimulatedDatabase database, SimulatedDatabase.Session session) {
    Invariant.ONE_RUNNER.require(
        database.sessions.stream().noneMatch(other -> other != session && other.changing),
        () -> session.pod + " changes the database, and another session does too");
    if (!unresolved.contains(session.run)) {
      Invariant.HONEST.require(
          !world.api.isAtRest(session.run),
          () -> session.pod + " changes the database, and its run is at rest or gone");
    }
  }

  // --- the operator ----------------------------------------------------------------------------

  void undisturbed(Optional<DatabaseMigration> migration) {
    migration
        .filter(m -> WAITING.contains(m.getStatus().phase()))
        .ifPresent(m ->
            Invariant.ONE_RUNNER.require(
                !world.api.leases.containsValue(runUid(m)),
                () -> runUid(m) + " waits and holds the Lease: " + m.getStatus().phase()));
  }

  void decided(Optional<DatabaseMigration> migration, Optional<Instant> wakeAt) {
    boolean resting =
        migration
            .filter(m -> m.getStatus() != null)
            .map(m -> isAtRest(m) && !Findings.areAwaited(m))
            .orElse(true);
    Instant latest = world.clock.instant().plus(LONGEST_WAIT);
    Invariant.COMES_TO_REST.require(
        resting || wakeAt.filter(at -> !at.isAfter(latest)).isPresent(),
        () -> "the decision on " + name(migration) + " says to look again at " + wakeAt);
  }

  private static String name(Optional<DatabaseMigration> migration) {
    return migration.map(m -> m.getMetadata().getName()).orElse("-");
  }

  static boolean isAtRest(DatabaseMigration migration) {
    return migration.getStatus() != null
        && Phase.of(migration.getStatus().phase()).filter(Phase::resting).isPresent();
  }

  void atEnd() {
    for (String name : world.api.migrationNames()) {
      DatabaseMigration migration = world.api.migration(name).orElseThrow();
      Phase phase = Phase.of(migration.getStatus().phase()).orElseThrow();
      Invariant.COMES_TO_REST.require(
          phase.resting() && migration.getMetadata().getDeletionTimestamp() == null,
          () -> name + " is still " + phase.label() + ": " + migration.getStatus().message());
      Invariant.COMES_TO_REST.require(
          migration.getMetadata().getFinalizers().isEmpty(),
          () -> name + " is at rest and holds finalizers");
      Invariant.COMES_TO_REST.require(
          phase == Phase.UNRESOLVED || !world.api.leases.containsValue(runUid(migration)),
          () -> name + " is at rest and holds a Lease");
      Invariant.COMES_TO_REST.require(
          !TrafficRestores.isRunning(migration.getStatus().trafficRestore()),
          () -> name + " is at rest, and its traffic is still being moved");
      Invariant.COMES_TO_REST.require(
          !Rollouts.isRunning(migration.getStatus().rollout()),
          () -> name + " is at rest, and the verification of its rollout is not");
      answered.atRest(migration);
      world.happened("end:" + phase.label());
      world.happened("reason:" + migration.getStatus().conditions().getFirst().getReason());
    }
  }
}
