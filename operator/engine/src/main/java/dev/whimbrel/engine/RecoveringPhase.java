package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.protocol.RunnerResult;
import java.util.Optional;

/**
 * Recovering. The database's history decides what happened, not an exit code and not a guess: see
 * {@link Reading}.
 */
final class RecoveringPhase {

  private RecoveringPhase() {}

  static Draft decide(Draft draft) {
    return Reading.of(draft).map(result -> read(draft, result)).orElse(draft);
  }

  private static Draft read(Draft draft, RunnerResult result) {
    RunCause cause = Runs.cause(draft);
    if (ChangeJob.isUnclear(cause, result)) {
      return Reading.unresolved(draft, cause.reason(), cause.message());
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
      default -> Reading.unresolved(draft, "Unknown", result.message());
    };
  }

  private static boolean mayRetry(Draft draft) {
    return "Transient".equals(Runs.cause(draft).kind())
        && draft.run.failures < draft.spec.retries()
        && !Approvals.accepted(draft, "Abort");
  }

  private static Draft untouched(Draft draft) {
    RunCause cause = Runs.cause(draft);
    if (!mayRetry(draft)) {
      return fail(draft, "Nothing of the plan is in", "starts again");
    }
    draft.run.dispatched = false;
    return Attempts.tryAgainIn(
        draft, Phase.MIGRATING, cause.message() + ". Nothing of the plan is in");
  }

  /**
   * Whole revisions are in. They are undone where the spec asks for it and nothing is lost by it;
   * else they stay in, and the rest is planned anew.
   */
  private static Draft partial(Draft draft, RunnerResult result) {
    String in = Runs.in(draft, result);
    Optional<String> obstacle = RollingBackPhase.obstacle(draft, result);
    if (obstacle.isEmpty()) {
      return RollingBackPhase.begin(draft, in);
    }
    // What is in of a rehearsal may be half of its way back: going on would rehearse the rest.
    if (!mayRetry(draft) || Rehearsals.isUnderWay(draft)) {
      return fail(
          draft, in + "; they were not undone, because " + obstacle.get(), "plans the rest");
    }
    draft.run.failures++;
    draft.effect(new Effect.RecordPlan(draft.plan.name(), "Superseded", in));
    draft.run.continues = Continuation.next(draft);
    Runs.standDown(draft);
    draft.plan = null;
    draft.backup = null;
    return draft.enter(Phase.PLANNING, "Continues", in + "; planning the rest");
  }

  private static Draft fail(Draft draft, String state, String what) {
    RunCause cause = Runs.cause(draft);
    boolean aborted = Approvals.accepted(draft, "Abort");
    return draft.rest(
        Phase.FAILED,
        aborted ? "Aborted" : cause.reason(),
        (aborted && !"Aborted".equals(cause.reason())
                ? "a person aborted the run after: " + cause.message()
                : cause.message())
            + ". "
            + state
            + "; put the cause right, then a new spec or annotation whimbrel.dev/retry "
            + what,
        Optional.of("Failed"));
  }
}
