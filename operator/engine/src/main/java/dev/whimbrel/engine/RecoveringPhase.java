package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.Optional;

/**
 * Recovering. The database's history decides what happened, not an exit code and not a guess. It is
 * read however often it takes, once no session of the attempt is left.
 */
final class RecoveringPhase {

  private static final Duration STOP_POLL = Duration.ofSeconds(2);

  private RecoveringPhase() {}

  static Draft decide(Draft draft) {
    if (draft.run.step == Step.MIGRATE) {
      return untilOver(draft);
    }
    return switch (Attempts.look(draft, Step.INSPECT, true)) {
      case Attempts.Attempt.Pending pending -> draft;
      case Attempts.Attempt.Failed failed when failed.permanent() ->
          unresolved(
              draft, failed.reason(), "The database could not be inspected: " + failed.message());
      case Attempts.Attempt.Failed failed ->
          Attempts.tryAgain(draft, failed.reason(), "Inspecting again: " + failed.message());
      case Attempts.Attempt.Done done -> inspected(draft, done.result());
    };
  }

  /**
   * The Job of the attempt is kept in the status until it is seen to have ended or to be gone: one
   * that starts after the history was read would make the reading worthless.
   */
  private static Draft untilOver(Draft draft) {
    return switch (draft.world.job()) {
      case JobView.Waiting waiting -> stop(draft);
      case JobView.Running running -> stop(draft);
      case JobView.None none -> over(draft);
      case JobView.Absent absent -> over(draft);
      case JobView.Ended ended -> over(draft);
    };
  }

  private static Draft stop(Draft draft) {
    return draft.effect(new Effect.DeleteJob(draft.run.job.name())).wakeIn(STOP_POLL);
  }

  private static Draft over(Draft draft) {
    Runs.forgetJob(draft);
    return draft.lookAgain();
  }

  private static Draft inspected(Draft draft, RunnerResult result) {
    if (result.currentRevision() != null) {
      draft.currentRevision = result.currentRevision();
    }
    return switch (result.outcome()) {
      case UP_TO_DATE -> {
        Runs.forgetJob(draft);
        yield draft.enter(
            Phase.VERIFYING,
            "Verifying",
            "Every revision of plan " + draft.plan.name() + " is in after all");
      }
      case UNTOUCHED -> untouched(draft);
      case PARTIAL -> partial(draft, result);
      case WAITING_FOR_ORPHAN -> Attempts.tryAgain(draft, "WaitingForOrphan", result.message());
      default -> unresolved(draft, "Unknown", result.message());
    };
  }

  private static boolean mayRetry(Draft draft) {
    return "Transient".equals(cause(draft).kind())
        && draft.run.failures < draft.spec.retries()
        && !Approvals.accepted(draft, "Abort");
  }

  private static RunCause cause(Draft draft) {
    return Optional.ofNullable(draft.run.cause)
        .orElseGet(() ->
            new RunCause("Unknown", "Unknown", "the run ended without a recorded cause", null));
  }

  private static Draft untouched(Draft draft) {
    RunCause cause = cause(draft);
    if (!mayRetry(draft)) {
      return fail(
          draft,
          cause.message()
              + ". Nothing of the plan is in; put the cause right, then a new spec or annotation"
              + " whimbrel.dev/retry starts again");
    }
    draft.run.failures++;
    Runs.forgetJob(draft);
    draft.run.dispatched = false;
    Duration wait = Attempts.backoff(draft.run.failures);
    draft.run.retryAt = draft.now.plus(wait);
    draft.enter(
        Phase.MIGRATING,
        "Retrying",
        cause.message()
            + ". Nothing of the plan is in; trying again in "
            + wait.toSeconds()
            + "s ("
            + draft.run.failures
            + " of "
            + draft.spec.retries()
            + ")");
    return draft.wakeIn(wait);
  }

  /** Whole revisions are in. They stay in; the rest is planned anew and meets every gate again. */
  private static Draft partial(Draft draft, RunnerResult result) {
    String in =
        result.applied()
            + " of "
            + draft.plan.revisions()
            + " revisions are in, the last is "
            + Runs.at(draft.currentRevision);
    if (!mayRetry(draft)) {
      return fail(
          draft,
          cause(draft).message()
              + ". "
              + in
              + "; put the cause right, then a new spec or annotation whimbrel.dev/retry plans the"
              + " rest");
    }
    draft.run.failures++;
    draft.effect(new Effect.RecordPlan(draft.plan.name(), "Superseded", in));
    Runs.standDown(draft);
    draft.plan = null;
    draft.backup = null;
    return draft.enter(Phase.PLANNING, "Continues", in + "; planning the rest");
  }

  private static Draft fail(Draft draft, String message) {
    return draft.rest(Phase.FAILED, cause(draft).reason(), message, Optional.of("Failed"));
  }

  private static Draft unresolved(Draft draft, String reason, String message) {
    return draft.rest(
        Phase.UNRESOLVED,
        reason,
        message
            + ". Look at the database; then either retry (annotation whimbrel.dev/retry inspects"
            + " again), or create a MigrationApproval with decision Acknowledge for run "
            + draft.runUid(),
        Optional.of("Unresolved"));
  }
}
