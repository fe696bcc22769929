package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.RunSummary;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One decision in the making: the status as it is, changed field by field, and the effects so far.
 * Lives for one call of {@link Engine#decide}.
 */
final class Draft {

  private static final int HISTORY = 10;

  /** No non-terminal decision waits longer: a lost watch event costs a minute at most. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  final World world;
  final Instant now;
  final Spec spec;
  final String specHash;
  private final DatabaseMigration migration;

  Phase phase;
  String reason;
  String message;
  String currentRevision;
  PlanReference plan;
  BackupStatus backup;
  Run run;
  String lastHandledRetry;
  String hold;
  String sourceDigest;
  RestorePoint restorePoint;
  String verified;
  RolloutStatus rollout;
  String restored;
  TrafficStatus traffic;
  TrafficRestore trafficRestore;

  /** What the status shows of the verification of a run without a plan. */
  List<CheckResult> shown = List.of();

  private List<RunSummary> history;
  private final DatabaseMigrationStatus before;
  private final List<Effect> effects = new ArrayList<>();
  private Instant wakeAt;
  private boolean again;

  Draft(World world, Instant now) {
    this.world = world;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
    this.migration = world.migration();
    this.spec = new Spec(migration.getSpec());
    this.specHash = spec.hash();
    DatabaseMigrationStatus status = migration.getStatus();
    this.before = status;
    if (status == null) {
      this.history = List.of();
      this.run = new Run(null);
      return;
    }
    this.phase = Phase.of(status.phase()).orElse(null);
    this.reason = ConditionSet.reason(status.conditions());
    this.message = status.message();
    this.currentRevision = status.currentRevision();
    this.plan = status.plan();
    this.backup = status.backup();
    this.run = new Run(status.run());
    this.lastHandledRetry = status.lastHandledRetry();
    this.hold = status.hold();
    this.sourceDigest = status.sourceDigest();
    this.restorePoint = status.restorePoint();
    this.verified = status.verified();
    this.rollout = status.rollout();
    this.restored = status.restored();
    this.shown = status.checks();
    this.traffic = status.traffic();
    this.trafficRestore = status.trafficRestore();
    this.history = status.history();
  }

  String uid() {
    return migration.getMetadata().getUid();
  }

  long generation() {
    Long generation = migration.getMetadata().getGeneration();
    return generation == null ? 1 : generation;
  }

  /**
   * The generation that the status is about. A spec that waits for the end of the run is not
   * observed yet, or its Succeeded would be that of the spec before.
   */
  long observedGeneration() {
    return specWaits()
            && phase != Phase.UNRESOLVED
            && before != null
            && before.observedGeneration() != null
        ? before.observedGeneration()
        : generation();
  }

  /** Whether the status that was observed has this condition as true. */
  boolean wasTrue(String condition) {
    return before != null && ConditionSet.isTrue(before.conditions(), condition);
  }

  /** Whether the spec is another one than the run was started for. */
  boolean specWaits() {
    return !specHash.equals(run.spec);
  }

  /** Whether the Job that was claimed has never been seen, so that it may have to be created. */
  boolean neverSeen() {
    return world.job() instanceof JobView.Absent absent
        && absent.pod().isEmpty()
        && run.job.uid() == null;
  }

  boolean deleted() {
    return migration.getMetadata().getDeletionTimestamp() != null;
  }

  /** The status as it was observed; empty for a migration that is new. */
  Optional<DatabaseMigrationStatus> before() {
    return Optional.ofNullable(before);
  }

  boolean hasFinalizer() {
    return migration
        .getMetadata()
        .getFinalizers()
        .contains(dev.whimbrel.api.v1alpha1.Whimbrel.FINALIZER);
  }

  String runUid() {
    return uid() + "/" + run.id;
  }

  /** Moves on within the run, announces it, and looks again at once. */
  Draft enter(Phase next, String why, String text) {
    if (phase != null && phase != next && !phase.next().contains(next)) {
      throw new IllegalStateException("no transition from " + phase + " to " + next);
    }
    boolean news = phase != next || !why.equals(reason);
    phase = next;
    reason = why;
    message = text;
    if (news) {
      effects.add(new Effect.Announce(next.stalled(), why, text));
    }
    again = !next.resting();
    return this;
  }

  /** Says what is waited for, without an Event, and looks again after a while. */
  Draft await(String why, String text, Duration atMost) {
    return say(why, text).wakeIn(atMost);
  }

  /** Says what goes on, without an Event. */
  Draft say(String why, String text) {
    reason = why;
    message = text;
    return this;
  }

  Draft wakeIn(Duration wait) {
    Instant candidate = now.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    if (wakeAt == null || candidate.isBefore(wakeAt)) {
      wakeAt = candidate;
    }
    return this;
  }

  Draft effect(Effect effect) {
    effects.add(effect);
    return this;
  }

  /** Observe and decide again right after the effects. */
  Draft lookAgain() {
    again = true;
    return this;
  }

  /** Claims the next Job of the run: its name is in the status before it is created. */
  String claim(Step step, Duration deadline) {
    run.attempt = run.attempt + 1;
    String name = Names.job(migration.getMetadata().getName(), uid(), run.id, step, run.attempt);
    run.step = step;
    run.job = new JobReference(name, null);
    run.retryAt = null;
    reclaim(deadline);
    return name;
  }

  /**
   * Renews the claim on a Job that was claimed and is not there. The new times make the status
   * write a real one, so that of two leaders only one goes on to create it.
   */
  void reclaim(Duration deadline) {
    Duration start = spec.startTimeout();
    run.startBy = now.plus(start);
    run.endBy = now.plus(start).plus(deadline).plus(Deadlines.JOB_MARGIN);
    again = true;
  }

  /** Remembers the UID once the Job exists. */
  void know(String uid) {
    if (run.job != null && run.job.uid() == null) {
      run.job = new JobReference(run.job.name(), uid);
    }
  }

  /** Ends the run: history, plan, Lease, finalizer. */
  Draft rest(Phase end, String why, String text, Optional<String> planState) {
    run.dispatched = false;
    run.shared = false;
    run.retryAt = null;
    run.startBy = null;
    run.endBy = null;
    run.waits = 0;
    if (run.job != null) {
      effects.add(new Effect.AdoptJob(run.job.name()));
    }
    if (plan == null) {
      shown = ShownChecks.of(checks());
    } else {
      planState.ifPresent(state ->
          effects.add(new Effect.RecordPlan(plan.name(), state, text, checks(), List.of())));
    }
    enter(end, why, text);
    remember(end, why);
    effects.add(new Effect.Prune());
    if (end != Phase.UNRESOLVED) {
      run.lease = null;
    }
    again = world.lease() instanceof World.LeaseView.Ours || hasFinalizer();
    return this;
  }

  /** What the verification of this run found, where its Job has just ended with one. */
  List<CheckResult> checks() {
    return world.job() instanceof JobView.Ended ended ? ended.checks() : List.of();
  }

  private void remember(Phase end, String why) {
    List<RunSummary> runs = new ArrayList<>();
    runs.add(
        new RunSummary(
            run.id,
            end.label(),
            why,
            plan == null ? null : plan.name(),
            plan == null ? null : plan.from(),
            currentRevision,
            backup == null ? null : backup.id(),
            run.startedAt == null ? null : run.startedAt.toString(),
            now.toString()));
    history.stream().filter(old -> !old.id().equals(run.id)).forEach(runs::add);
    history = List.copyOf(runs.subList(0, Math.min(HISTORY, runs.size())));
  }

  Decision decision() {
    if (again && phase != null && !phase.resting()) {
      wakeIn(Duration.ofSeconds(10));
    } else if (phase != null && !phase.resting()) {
      wakeIn(LONGEST_WAIT);
    }
    DatabaseMigrationStatus status = status();
    return new Decision(
        status,
        new Answers(this, status).complete(effects, again),
        Optional.ofNullable(wakeAt),
        again);
  }

  private DatabaseMigrationStatus status() {
    return new DatabaseMigrationStatus(
        observedGeneration(),
        phase.label(),
        message,
        currentRevision,
        plan,
        backup,
        run.toStatus(),
        ConditionSet.of(this, before == null ? List.of() : before.conditions()),
        history,
        lastHandledRetry,
        hold,
        sourceDigest,
        restorePoint,
        verified,
        rollout,
        restored,
        shown,
        traffic,
        trafficRestore);
  }
}
