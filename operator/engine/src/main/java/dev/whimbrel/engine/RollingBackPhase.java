package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * RollingBack. A Job undoes the whole revisions that a failed migrate step left in, by the way back
 * that the plan holds, under the same Lease. Where it gives no clean result the history is read, as
 * in Recovering: what undoes a revision may be tried again, because it undoes only what is in.
 */
final class RollingBackPhase {

  private static final Duration POLL = Duration.ofSeconds(15);
  private static final Duration QUEUE_POLL = Duration.ofSeconds(5);

  private RollingBackPhase() {}

  // --- whether ---------------------------------------------------------------------------------

  /** Why what is in must not be undone by itself; empty where it is to be. */
  static Optional<String> obstacle(Draft draft, RunnerResult reading) {
    Optional<MigrationPlanSpec> plan = draft.world.plan().map(MigrationPlan::getSpec);
    if (plan.isEmpty()) {
      return Optional.of("MigrationPlan " + draft.plan.name() + " is gone");
    }
    if (MigrationPlanSpec.DOWNGRADE.equals(plan.get().direction())) {
      return Optional.of("the plan is itself a downgrade");
    }
    if (!draft.spec.rollsBack()) {
      return Optional.of("spec.rollback.onFailure is None");
    }
    return unwanted(draft).or(() -> irreversible(plan.get().revisions(), reading.applied()));
  }

  /** What people did in the meantime. */
  private static Optional<String> unwanted(Draft draft) {
    return Approvals.accepted(draft, "Abort")
        ? Optional.of("a person aborted the run")
        : draft.deleted()
            ? Optional.of("the DatabaseMigration was deleted")
            : draft.specWaits() ? Optional.of("the spec has changed since") : Optional.empty();
  }

  /** What is in is the beginning of the plan: a reading of anything else is not Partial. */
  private static Optional<String> irreversible(List<PlannedRevision> revisions, Integer applied) {
    if (applied == null || applied < 1 || applied > revisions.size()) {
      return Optional.of("the reading does not say which revisions are in");
    }
    return revisions.subList(0, applied).stream()
        .filter(revision -> !isReversible(revision.undo()))
        .findFirst()
        .map(revision ->
            "the plan has no way back from "
                + revision.script()
                + " that loses nothing (grade "
                + (revision.undo() == null || revision.undo().grade() == null
                    ? WayBack.NONE
                    : revision.undo().grade())
                + ")");
  }

  private static boolean isReversible(WayBack undo) {
    return undo != null && WayBack.REVERSIBLE.equals(undo.grade()) && undo.hash() != null;
  }

  // --- the Job ---------------------------------------------------------------------------------

  /** The history was read a moment ago, and nothing of the migrate step is left. */
  static Draft begin(Draft draft, String in) {
    Runs.forgetJob(draft);
    draft.run.rollback = null;
    return draft.enter(
        Phase.ROLLING_BACK,
        "RollingBack",
        Runs.cause(draft).message()
            + ". "
            + in
            + "; undoing them, as spec.rollback.onFailure asks");
  }

  static Draft decide(Draft draft) {
    if (draft.run.rollback != null) {
      return Reading.of(draft).map(result -> read(draft, result)).orElse(draft);
    }
    if (Approvals.accepted(draft, "Abort") && isUnderWay(draft.world.job())) {
      return unclean(draft, "Permanent", "Aborted", "a person aborted the run", null);
    }
    return switch (draft.world.job()) {
      case JobView.None none -> start(draft);
      case JobView.Absent absent when draft.neverSeen() && mayStart(draft) -> {
        Duration deadline = deadline(draft);
        draft.reclaim(deadline);
        yield create(draft, draft.run.job.name(), deadline);
      }
      case JobView.Absent absent ->
          unclean(
              draft,
              "Transient",
              "JobVanished",
              "Job " + draft.run.job.name() + " is gone, and its end was not recorded",
              null);
      case JobView.Waiting waiting -> waiting(draft, waiting);
      case JobView.Running running -> running(draft, running);
      case JobView.Ended ended -> ended(draft, ended);
    };
  }

  private static boolean isUnderWay(JobView job) {
    return !(job instanceof JobView.None || job instanceof JobView.Ended);
  }

  private static boolean mayStart(Draft draft) {
    return unwanted(draft).isEmpty() && draft.world.plan().isPresent();
  }

  private static Draft start(Draft draft) {
    Optional<String> unwanted =
        draft.world.plan().isEmpty()
            ? Optional.of("MigrationPlan " + draft.plan.name() + " is gone")
            : unwanted(draft);
    if (unwanted.isPresent()) {
      return fail(
          draft,
          "Revisions of plan "
              + draft.plan.name()
              + " are in, the last is "
              + Runs.at(draft.currentRevision)
              + "; they were not undone, because "
              + unwanted.get());
    }
    if (draft.spec.suspended()) {
      return draft.await(
          "Suspended", "spec.suspend is true: nothing is undone", Duration.ofMinutes(1));
    }
    if (draft.run.retryAt != null && draft.now.isBefore(draft.run.retryAt)) {
      return draft.wakeIn(Duration.between(draft.now, draft.run.retryAt));
    }
    if (draft.world.lease() instanceof World.LeaseView.Other other) {
      return draft.await("Queued", "Waiting for " + other.description(), QUEUE_POLL);
    }
    if (!MigratingPhase.hold(draft, Optional.empty())) {
      return draft;
    }
    Duration deadline = deadline(draft);
    return create(draft, draft.claim(Step.ROLLBACK, deadline), deadline);
  }

  private static Duration deadline(Draft draft) {
    return Deadlines.migrating(draft.spec, Boolean.TRUE.equals(draft.plan.online()));
  }

  private static Draft create(Draft draft, String name, Duration deadline) {
    return draft.effect(
        new Effect.CreateJob(
            name,
            draft.run.attempt,
            List.of(Step.ROLLBACK),
            true,
            Optional.empty(),
            false,
            deadline));
  }

  private static Draft waiting(Draft draft, JobView.Waiting waiting) {
    draft.know(waiting.uid());
    if (Attempts.isPast(draft, draft.run.startBy)) {
      return unclean(
          draft, "Permanent", "JobNotStarted", Attempts.notStarted(draft, waiting), null);
    }
    return draft.wakeIn(POLL);
  }

  private static Draft running(Draft draft, JobView.Running running) {
    draft.know(running.uid());
    if (Attempts.isPast(draft, draft.run.endBy)) {
      Attempts.Attempt.Failed late = Attempts.timedOut(draft);
      return unclean(draft, "Permanent", late.reason(), late.message(), null);
    }
    return draft.await(
        "RollingBack",
        "Revisions of plan " + draft.plan.name() + " are undone by pod " + running.pod(),
        POLL);
  }

  private static Draft ended(Draft draft, JobView.Ended ended) {
    draft.know(ended.uid());
    Optional<RunnerResult> found = Attempts.result(draft, ended);
    if (found.isEmpty()) {
      return unclean(
          draft,
          "Transient",
          "NoResult",
          "Job " + draft.run.job.name() + " ended without a result" + Attempts.suffix(ended.why()),
          null);
    }
    RunnerResult result = found.get();
    if (result.outcome() == Outcome.ROLLED_BACK) {
      return rolledBack(draft, result);
    }
    return unclean(
        draft,
        result.outcome() == Outcome.FAILED ? Runs.kind(result) : "Permanent",
        result.reason(),
        result.message(),
        result.sqlState());
  }

  private static Draft unclean(
      Draft draft, String kind, String reason, String message, String sqlState) {
    draft.run.rollback = new RunCause(kind, reason, message, sqlState);
    return draft.enter(
        Phase.ROLLING_BACK,
        reason == null ? "RollbackFailed" : reason,
        "Rolling back: " + message + "; reading the database's history");
  }

  // --- what came of it -------------------------------------------------------------------------

  private static Draft read(Draft draft, RunnerResult result) {
    return switch (result.outcome()) {
      case UNTOUCHED -> rolledBack(draft, result);
      case PARTIAL ->
          mayRetry(draft)
              ? again(draft, Runs.in(draft, result))
              : fail(draft, Runs.in(draft, result));
      default -> Reading.unresolved(draft, "Unknown", "After rolling back: " + result.message());
    };
  }

  private static boolean mayRetry(Draft draft) {
    return "Transient".equals(draft.run.rollback.kind())
        && draft.run.failures < draft.spec.retries()
        && unwanted(draft).isEmpty();
  }

  private static Draft again(Draft draft, String in) {
    String message = draft.run.rollback.message();
    Runs.forgetJob(draft);
    draft.run.failures++;
    draft.run.rollback = null;
    Duration wait = Attempts.backoff(draft.run.failures);
    draft.run.retryAt = draft.now.plus(wait);
    return draft
        .enter(
            Phase.ROLLING_BACK,
            "Retrying",
            "Rolling back: "
                + message
                + ". "
                + in
                + "; trying again in "
                + wait.toSeconds()
                + "s ("
                + draft.run.failures
                + " of "
                + draft.spec.retries()
                + ")")
        .wakeIn(wait);
  }

  private static Draft rolledBack(Draft draft, RunnerResult result) {
    draft.currentRevision =
        result.currentRevision() == null ? draft.plan.from() : result.currentRevision();
    draft.hold = draft.plan.hash();
    return draft.rest(
        Phase.ROLLED_BACK,
        "RolledBack",
        Runs.cause(draft).message()
            + ". What was in of plan "
            + draft.plan.name()
            + " is undone, and the database is at revision "
            + Runs.at(draft.currentRevision)
            + " as before. The plan is on hold: put the cause right and change the source, or let"
            + " it run again by annotation whimbrel.dev/retry",
        Optional.of("RolledBack"));
  }

  private static Draft fail(Draft draft, String state) {
    boolean aborted = Approvals.accepted(draft, "Abort");
    RunCause rollback = draft.run.rollback;
    return draft.rest(
        Phase.FAILED,
        aborted ? "Aborted" : rollback == null ? Runs.cause(draft).reason() : "RollbackFailed",
        Runs.cause(draft).message()
            + (rollback == null ? "" : ". Rolling back: " + rollback.message())
            + ". "
            + state
            + "; put the cause right, then a new spec or annotation whimbrel.dev/retry plans the"
            + " rest",
        Optional.of("Failed"));
  }
}
