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

  private static final List<Step> STEPS = List.of(Step.ROLLBACK);
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
    return unwanted(draft)
        .or(() -> Traffic.obstacle(draft))
        .or(() -> irreversible(plan.get().recorded(), reading.applied()));
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
    return switch (ChangeJob.look(draft, STEPS, mayStart(draft))) {
      case ChangeJob.Course.NotStarted none -> start(draft);
      case ChangeJob.Course.Pending pending -> draft;
      case ChangeJob.Course.UnderWay underWay ->
          draft.say(
              "RollingBack",
              "Revisions of plan "
                  + draft.plan.name()
                  + " are undone by pod "
                  + underWay.job().pod());
      case ChangeJob.Course.Late late -> {
        Attempts.Attempt.Failed failed = Attempts.timedOut(draft);
        yield unclean(draft, new RunCause("Permanent", failed.reason(), failed.message(), null));
      }
      case ChangeJob.Course.Unclean unclean -> unclean(draft, unclean.cause());
      case ChangeJob.Course.Answered answered -> answered(draft, answered.result());
    };
  }

  private static Draft answered(Draft draft, RunnerResult result) {
    TrafficRestores.take(draft, result);
    return result.outcome() == Outcome.ROLLED_BACK
        ? rolledBack(draft, result)
        : unclean(draft, ChangeJob.cause(result));
  }

  private static boolean mayStart(Draft draft) {
    return unwanted(draft).isEmpty() && draft.world.plan().isPresent();
  }

  private static Draft start(Draft draft) {
    Optional<String> unwanted =
        draft.world.plan().isEmpty()
            ? Optional.of("MigrationPlan " + draft.plan.name() + " is gone")
            : unwanted(draft).or(() -> stranded(draft));
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
    if (Attempts.tooEarly(draft)) {
      return draft;
    }
    if (draft.world.lease() instanceof World.LeaseView.Other other) {
      return draft.await("Queued", "Waiting for " + other.description(), QUEUE_POLL);
    }
    return ChangeJob.hold(draft, Optional.empty()) ? ChangeJob.start(draft, STEPS) : draft;
  }

  /** Who holds the Lease at rest is waited for in vain: only a clean reading would free it. */
  private static Optional<String> stranded(Draft draft) {
    return draft.world.lease() instanceof World.LeaseView.Other other && other.atRest()
        ? Optional.of(other.description() + ", which is at rest, holds the database's Lease")
        : Optional.empty();
  }

  private static Draft unclean(Draft draft, RunCause cause) {
    draft.run.rollback = cause;
    return draft.enter(
        Phase.ROLLING_BACK,
        cause.reason() == null ? "RollbackFailed" : cause.reason(),
        "Rolling back: " + cause.message() + "; reading the database's history");
  }

  // --- what came of it -------------------------------------------------------------------------

  private static Draft read(Draft draft, RunnerResult result) {
    if (ChangeJob.isUnclear(draft.run.rollback, result)) {
      return Reading.unresolved(
          draft,
          draft.run.rollback.reason(),
          "After rolling back: " + draft.run.rollback.message());
    }
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
    draft.run.rollback = null;
    return Attempts.tryAgainIn(draft, Phase.ROLLING_BACK, "Rolling back: " + message + ". " + in);
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
            + " as before"
            + callbacks(draft)
            + TrafficRestores.unsaid(draft)
            + ". The plan is on hold: put the cause right and change the source, or let"
            + " it run again by annotation whimbrel.dev/retry",
        Optional.of("RolledBack"));
  }

  /** They have no way back; what they changed in the catalog would not have gone unnoticed. */
  private static String callbacks(Draft draft) {
    boolean any =
        draft
            .world
            .plan()
            .filter(plan -> plan.getSpec().recorded().size() < plan.getSpec().revisions().size())
            .isPresent();
    return any ? "; what its callbacks did to data is not undone" : "";
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
