package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.PolicyView;
import dev.whimbrel.engine.Reconciliation;
import dev.whimbrel.engine.Rollouts;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.TrafficRestores;
import dev.whimbrel.engine.World;
import dev.whimbrel.engine.World.LeaseView;
import dev.whimbrel.engine.World.SourceView;
import dev.whimbrel.engine.simulation.SimulatedApi.ApiFailure;
import dev.whimbrel.engine.simulation.Weaknesses.Weakness;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The cluster as one operator sees and changes it: with every call something can go wrong. */
final class Port implements Reconciliation.Cluster {

  /** The operator's process ends here. */
  static final class Crash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash");
    }
  }

  private final SimulatedWorld world;
  private final SimulatedApi api;
  private final String name;
  private final String actor;
  private final IntConsumer meanwhile;
  private boolean sawOlder;
  private int policySeen;
  private Optional<DatabaseMigration> known = Optional.empty();

  /**
   * @param name of the migration
   * @param actor the operator
   * @param meanwhile what others may do between any two calls; once in so many calls this operator
   *     is held up for longer
   */
  Port(SimulatedWorld world, String name, String actor, IntConsumer meanwhile) {
    this.world = world;
    this.api = world.api;
    this.name = name;
    this.actor = actor;
    this.meanwhile = meanwhile;
  }

  // --- observe ---------------------------------------------------------------------------------

  @Override
  public Optional<World> observe() {
    before();
    sawOlder = world.strikes(Fault.STALE_MIGRATION, 40);
    Optional<DatabaseMigration> found =
        sawOlder ? api.olderMigration(name, world.chance) : api.migration(name);
    known = found;
    return found.map(this::observe);
  }

  /** Whether the last decision was about an older version: the event of the newer is under way. */
  boolean sawOlder() {
    return sawOlder;
  }

  /** The migration as this operator last read or wrote it. */
  Optional<DatabaseMigration> known() {
    return known;
  }

  private World observe(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    Optional<MigrationPlan> plan =
        Optional.ofNullable(status)
            .map(DatabaseMigrationStatus::plan)
            .map(reference -> api.plans.get(reference.name()))
            .map(this::asSeen);
    return new World(
        migration,
        plan,
        earlier(status, plan),
        approvals(),
        job(status == null ? null : status.run().job()),
        job(rollout(status)),
        lease(migration),
        source(migration),
        Optional.empty(),
        World.ServerView.NONE,
        Optional.empty(),
        job(traffic(status)),
        policies());
  }

  private PolicyView policies() {
    policySeen = world.policy.changes();
    if (world.weaknesses().has(Weakness.POLICY_NOT_ASKED)) {
      return PolicyView.NONE;
    }
    return world.strikes(Fault.POLICY_UNREADABLE, 40)
        ? new PolicyView.Unreadable("no answer")
        : world.policy.view();
  }

  private Optional<MigrationPlan> earlier(
      DatabaseMigrationStatus status, Optional<MigrationPlan> plan) {
    Optional<MigrationPlan> earlier =
        Optional.ofNullable(status)
            .map(before -> before.run().continues())
            .map(reference -> api.plans.get(reference.name()));
    return world.weaknesses().has(Weakness.REST_NOT_COMPARED) && plan.isPresent()
        ? earlier.map(before -> Mistakes.endingWith(before, plan.get().getSpec()))
        : earlier;
  }

  private MigrationPlan asSeen(MigrationPlan plan) {
    return world.weaknesses().has(Weakness.LOSS_NOT_SEEN) ? Mistakes.reversible(plan) : plan;
  }

  private List<MigrationApproval> approvals() {
    List<MigrationApproval> all =
        world.strikes(Fault.STALE_APPROVALS, 10)
            ? api.olderApprovals(world.chance)
            : api.approvals();
    return all.stream()
        .filter(approval -> approval.getSpec().migration().equals(name))
        .map(this::judged)
        .toList();
  }

  private MigrationApproval judged(MigrationApproval approval) {
    if (world.weaknesses().has(Weakness.APPROVALS_NOT_JUDGED)) {
      return Mistakes.accepted(approval, api.migration(name));
    }
    return approval;
  }

  /** State from a cache that may lag; that a Job does not exist only from a live read. */
  private JobView job(JobReference reference) {
    if (reference == null) {
      return new JobView.None();
    }
    SimulatedJob job = api.jobs.get(reference.name());
    if (job == null) {
      return new JobView.Absent();
    }
    return world.strikes(Fault.STALE_JOB, 10) ? job.olderView(world.chance) : job.view();
  }

  /** Looked at while it is under way. */
  private static JobReference rollout(DatabaseMigrationStatus status) {
    return status != null && Rollouts.isRunning(status.rollout()) ? status.rollout().job() : null;
  }

  private static JobReference traffic(DatabaseMigrationStatus status) {
    return status != null && TrafficRestores.isRunning(status.trafficRestore())
        ? status.trafficRestore().job()
        : null;
  }

  private LeaseView lease(DatabaseMigration migration) {
    String holder = api.leases.get(new Spec(migration.getSpec()).lease());
    if (holder == null || world.weaknesses().has(Weakness.LEASE_NOT_RESPECTED)) {
      return migration.getStatus() == null || holder == null
          ? new LeaseView.Free()
          : new LeaseView.Ours();
    }
    if (migration.getStatus() != null && holder.equals(Checks.runUid(migration))) {
      return new LeaseView.Ours();
    }
    return new LeaseView.Other(holder, holder, api.isAtRest(holder));
  }

  /** Where the ConfigMaps carry the label each edit starts a run; else nobody notices it. */
  private SourceView source(DatabaseMigration migration) {
    if (!world.labelled) {
      return new SourceView(Optional.empty(), "");
    }
    String configMap = Checks.source(migration);
    boolean stale = world.strikes(Fault.STALE_SOURCE, 60);
    String digest = "content-" + api.sources.get(configMap).hashCode();
    return new SourceView(Optional.empty(), stale ? "content-before" : digest);
  }

  // --- persist ---------------------------------------------------------------------------------

  @Override
  public DatabaseMigration persist(DatabaseMigration observed, DatabaseMigrationStatus status)
      throws Reconciliation.Conflict {
    before();
    if (world.strikes(Fault.CONFLICT, 60)) {
      throw new Reconciliation.Conflict("somebody else wrote", null);
    }
    boolean locked = !world.weaknesses().has(Weakness.NO_OPTIMISTIC_LOCK);
    world.policy.seen(policySeen);
    DatabaseMigration written = api.writeStatus(observed, mistaken(observed, status), locked);
    known = Optional.of(written);
    after();
    return written;
  }

  private DatabaseMigrationStatus mistaken(
      DatabaseMigration observed, DatabaseMigrationStatus status) {
    if (world.weaknesses().has(Weakness.HOLD_FORGOTTEN)) {
      return Mistakes.unheld(status);
    }
    return world.weaknesses().has(Weakness.ROLLOUT_KEPT) && observed.getStatus() != null
        ? Mistakes.keepingRollout(status, observed.getStatus().rollout())
        : status;
  }

  // --- act -------------------------------------------------------------------------------------

  @Override
  public void act(DatabaseMigration migration, World seen, Effect effect) {
    if (effect instanceof Effect.Announce) {
      return;
    }
    before(isDelicate(effect) ? 3 : 200);
    world.trace.add(actor, () -> "acts: " + Mistakes.shortened(effect));
    carryOut(migration, seen, effect);
    after();
  }

  private void carryOut(DatabaseMigration migration, World seen, Effect effect) {
    String uid = migration.getMetadata().getUid();
    switch (effect) {
      case Effect.CreateJob create -> createJob(migration, seen, create);
      case Effect.DeleteJob delete -> api.deleteJob(delete.name());
      case Effect.AdoptJob adopt ->
          Optional.ofNullable(api.jobs.get(adopt.name()))
              .ifPresent(job -> {
                job.ownerUid = uid;
                job.changed();
              });
      case Effect.CreatePlan create ->
          api.createPlan(create.name(), create.spec(), create.owned() ? uid : null);
      case Effect.DetachPlan detach -> api.detachPlan(detach.name());
      case Effect.RecordPlan record ->
          api.recordPlan(migration, record, answers(record.checklist()));
      case Effect.RecordChecklist record ->
          seen.plan()
              .ifPresent(plan -> api.recordChecklist(migration, plan, answers(record.items())));
      case Effect.AnnotatePod annotate -> annotate(annotate);
      case Effect.AcquireLease acquire ->
          api.acquire(acquire.name(), Checks.runUid(migration), acquire.from());
      case Effect.ReleaseLease release ->
          api.release(
              release.name(),
              release.holder(),
              !world.weaknesses().has(Weakness.STALE_LEASE_RELEASED));
      case Effect.AddFinalizer add -> api.finalizer(migration, true);
      case Effect.RemoveFinalizer remove -> api.finalizer(migration, false);
      case Effect.JudgeApproval judge ->
          api.judge(judge.name(), judge.accepted(), judge.reason(), judge.message());
      case Effect.Announce announce -> {
        // Handled above: an Event never fails.
      }
      case Effect.Prune prune -> prune(uid);
    }
  }

  private void createJob(DatabaseMigration migration, World seen, Effect.CreateJob create) {
    boolean named =
        api.migrationByUid(migration.getMetadata().getUid()).stream()
            .flatMap(live -> jobs(live.getStatus()))
            .anyMatch(job -> job.name().equals(create.name()));
    if (!named && !world.weaknesses().has(Weakness.STALE_JOBS_CREATED)
        || api.jobs.containsKey(create.name())) {
      return;
    }
    SimulatedJob job =
        new SimulatedJob(
            world.weaknesses().has(Weakness.JOBS_ALWAYS_OWNED) ? Mistakes.owned(create) : create,
            api.newUid("job"),
            name,
            migration.getMetadata().getUid(),
            migration.getStatus().run().id(),
            migration.getSpec(),
            create.plan() ? Optional.of(seen.plan().orElseThrow().getSpec()) : Optional.empty(),
            seen.earlier(),
            migration.getStatus().backup() == null
                ? null
                : migration.getStatus().backup().description(),
            Optional.ofNullable(migration.getStatus().rollout())
                .filter(rollout -> Rollouts.isRunning(rollout))
                .filter(rollout -> rollout.job().name().equals(create.name()))
                .map(RolloutStatus::trigger),
            Optional.ofNullable(migration.getStatus().traffic())
                .map(split ->
                    world.weaknesses().has(Weakness.TRAFFIC_GUESSED)
                        ? Mistakes.guessed(split)
                        : split));
    api.jobs.put(create.name(), job);
    world.runners.start(job);
  }

  private List<ChecklistItem> answers(List<ChecklistItem> items) {
    return world.weaknesses().has(Weakness.UNKNOWN_TAKEN_FOR_YES)
        ? Mistakes.confident(items)
        : items;
  }

  private void annotate(Effect.AnnotatePod annotate) {
    api.jobs.values().stream()
        .filter(job -> annotate.pod().equals(job.name() + "-pod"))
        .filter(job -> job.state == SimulatedJob.State.RUNNING)
        .forEach(job -> {
          job.told = annotate.answer();
          job.changed();
        });
  }

  /** Those that a status names. */
  private static Stream<JobReference> jobs(DatabaseMigrationStatus status) {
    return Stream.of(
            Optional.ofNullable(status.run().job()),
            Optional.ofNullable(status.rollout()).map(RolloutStatus::job),
            Optional.ofNullable(status.trafficRestore()).map(TrafficRestore::job))
        .flatMap(Optional::stream);
  }

  private void prune(String uid) {
    Set<String> current =
        api.migrationByUid(uid).stream()
            .flatMap(live -> jobs(live.getStatus()))
            .map(JobReference::name)
            .collect(Collectors.toSet());
    List<SimulatedJob> finished =
        api.jobs.values().stream()
            .filter(job -> job.migrationUid.equals(uid) && !current.contains(job.name()))
            .filter(job -> job.state == SimulatedJob.State.ENDED)
            .toList();
    finished.forEach(job -> api.deleteJob(job.name()));
  }

  // --- what goes wrong -------------------------------------------------------------------------

  /** After a long time these would do harm, if they did not look once more. */
  private static boolean isDelicate(Effect effect) {
    return effect instanceof Effect.ReleaseLease
        || effect instanceof Effect.AcquireLease acquire && acquire.from().isPresent()
        || effect instanceof Effect.CreateJob create && !create.owned();
  }

  private void before() {
    before(200);
  }

  private void before(int heldUpOnceIn) {
    meanwhile.accept(heldUpOnceIn);
    world.actor(actor);
    if (world.strikes(Fault.CRASH_BEFORE_CALL, 80)) {
      throw new Crash();
    }
    if (world.strikes(Fault.CALL_FAILED, 100)) {
      throw new ApiFailure("the API server is not available");
    }
  }

  private void after() {
    if (world.strikes(Fault.CRASH_AFTER_CALL, 80)) {
      throw new Crash();
    }
    if (world.strikes(Fault.RESPONSE_LOST, 100)) {
      throw new ApiFailure("the response was lost");
    }
  }
}
