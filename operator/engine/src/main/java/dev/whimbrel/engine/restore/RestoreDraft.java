package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreSpec;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.api.v1alpha1.JobAttempt;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RestoreApproval;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One decision in the making. Lives for one call of {@link RestoreEngine#decide}. */
final class RestoreDraft {

  /** No decision that is not at rest waits longer: a lost watch event costs a minute at most. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private static final Duration DEFAULT_EXPIRY = Duration.ofHours(4);
  private static final Duration DEFAULT_START_TIMEOUT = Duration.ofMinutes(5);
  private static final Set<String> OPEN = Set.of("Pending", "Dispatched");

  final RestoreWorld world;
  final Instant now;
  final DatabaseRestoreSpec spec;
  private final DatabaseRestoreStatus before;
  private final List<Effect> effects = new ArrayList<>();

  RestorePhase phase;
  String reason;
  String message;
  String instance;
  BackupStatus backup;
  PlanReference plan;
  String operationsUntil;
  boolean dispatched;
  String restoredAt;
  String currentRevision;
  int number;
  int retries;
  Step step;
  JobReference job;
  Instant startBy;
  Instant endBy;
  Instant retryAt;
  private Instant wakeAt;
  private boolean again;

  RestoreDraft(RestoreWorld world, Instant now) {
    this.world = world;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
    this.spec = world.restore().getSpec();
    this.before = world.restore().getStatus();
    if (before == null) {
      return;
    }
    this.phase = RestorePhase.of(before.phase()).orElse(null);
    this.reason = RestoreConditions.reason(before.conditions());
    this.message = before.message();
    this.instance = before.instance();
    this.backup = before.backup();
    this.plan = before.plan();
    this.operationsUntil = before.operationsUntil();
    this.dispatched = Boolean.TRUE.equals(before.dispatched());
    this.restoredAt = before.restoredAt();
    this.currentRevision = before.currentRevision();
    if (before.attempt() != null) {
      read(before.attempt());
    }
  }

  private void read(JobAttempt attempt) {
    number = attempt.number() == null ? 0 : attempt.number();
    retries = attempt.retries() == null ? 0 : attempt.retries();
    step = attempt.step() == null ? null : Step.of(attempt.step());
    job = attempt.job();
    startBy = instant(attempt.startBy());
    endBy = instant(attempt.endBy());
    retryAt = instant(attempt.retryAt());
  }

  DatabaseRestore restore() {
    return world.restore();
  }

  String name() {
    return restore().getMetadata().getName();
  }

  String uid() {
    return restore().getMetadata().getUid();
  }

  boolean deleted() {
    return restore().getMetadata().getDeletionTimestamp() != null;
  }

  boolean hasFinalizer() {
    return restore().getMetadata().getFinalizers().contains(Whimbrel.FINALIZER);
  }

  /** Name of the Lease of the instance. */
  String lease() {
    return Names.serverLease(instance);
  }

  Duration deadline() {
    return RestoreEngine.deadline(spec);
  }

  Duration startTimeout() {
    return world
        .migration()
        .map(migration -> migration.getSpec().run())
        .map(RunSettings::startTimeout)
        .map(Durations::parse)
        .orElse(DEFAULT_START_TIMEOUT);
  }

  int approvals() {
    return Optional.ofNullable(spec.approval()).map(RestoreApproval::count).orElse(1);
  }

  Duration expiresAfter() {
    return Optional.ofNullable(spec.approval())
        .map(RestoreApproval::expiresAfter)
        .map(Durations::parse)
        .orElse(DEFAULT_EXPIRY);
  }

  // --- moves -----------------------------------------------------------------------------------

  /** Moves on, announces it, and looks again at once. */
  RestoreDraft enter(RestorePhase next, String why, String text) {
    if (phase != null && phase != next && !phase.next().contains(next)) {
      throw new IllegalStateException("no transition from " + phase + " to " + next);
    }
    if (phase != next || !why.equals(reason)) {
      effects.add(new Effect.Announce(next.resting() && next != RestorePhase.SUCCEEDED, why, text));
    }
    phase = next;
    reason = why;
    message = text;
    again = true;
    return this;
  }

  /** Comes to rest; what is held is given back by the next decision, from what is observed. */
  RestoreDraft rest(RestorePhase end, String why, String text) {
    dispatched = false;
    forgetJob();
    return enter(end, why, text);
  }

  /** Says what is waited for, without an Event, and looks again after a while. */
  RestoreDraft await(String why, String text, Duration atMost) {
    reason = why;
    message = text;
    return wakeIn(atMost);
  }

  RestoreDraft wakeIn(Duration wait) {
    Instant candidate = now.plus(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
    if (wakeAt == null || candidate.isBefore(wakeAt)) {
      wakeAt = candidate;
    }
    return this;
  }

  RestoreDraft effect(Effect effect) {
    effects.add(effect);
    return this;
  }

  RestoreDraft lookAgain() {
    again = true;
    return this;
  }

  /** The Job of the step is recorded; it goes with the restore from now on. */
  void forgetJob() {
    if (job != null && world.job() instanceof JobView.Ended ended && !ended.owned()) {
      effect(new Effect.AdoptJob(job.name()));
    }
    job = null;
    startBy = null;
    endBy = null;
  }

  /** Records the end of the plan, unless that is recorded. */
  void closePlan(String state, String text) {
    world
        .plan()
        .filter(found -> found.getStatus() == null || OPEN.contains(found.getStatus().state()))
        .ifPresent(found -> effect(new Effect.RecordPlan(plan.name(), state, text)));
  }

  /** What became of the plan, by the phase of the restore at rest. */
  String planState() {
    return switch (phase) {
      case REJECTED -> "Expired".equals(reason) ? "Expired" : "Rejected";
      case UNRESOLVED -> "Unresolved";
      case FAILED -> restoredAt == null ? "Failed" : "Applied";
      default -> "Applied";
    };
  }

  RestoreDecision decision() {
    boolean resting = phase.resting();
    boolean more = again && (!resting || moved());
    if (!resting) {
      wakeIn(more ? Duration.ofSeconds(10) : LONGEST_WAIT);
    }
    return new RestoreDecision(status(), effects, Optional.ofNullable(wakeAt), more);
  }

  /** Whether the phase is another than that observed. */
  private boolean moved() {
    return before == null || !phase.label().equals(before.phase());
  }

  private DatabaseRestoreStatus status() {
    Long generation = restore().getMetadata().getGeneration();
    return new DatabaseRestoreStatus(
        generation == null ? 1 : generation,
        phase.label(),
        message,
        instance,
        backup,
        plan,
        new JobAttempt(
            number,
            retries,
            step == null ? null : step.word(),
            job,
            text(startBy),
            text(endBy),
            text(retryAt)),
        operationsUntil,
        dispatched,
        restoredAt,
        currentRevision,
        RestoreConditions.of(this, before == null ? List.of() : before.conditions()));
  }

  private static Instant instant(String text) {
    return text == null ? null : Instant.parse(text);
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
