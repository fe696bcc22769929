package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Migrating. Before dispatch every gate is asked once more, then Lease and finalizer are taken;
 * after dispatch only the Job's own end, a deadline or a person's Abort leads on, and whatever is
 * not a clean end leads to Recovering.
 */
final class MigratingPhase {

  private static final Duration QUEUE_POLL = Duration.ofSeconds(5);
  private static final List<Step> STEPS = List.of(Step.MIGRATE, Step.VERIFY);

  private MigratingPhase() {}

  static Draft decide(Draft draft) {
    return draft.run.dispatched ? dispatched(draft) : beforeDispatch(draft);
  }

  // --- before ----------------------------------------------------------------------------------

  private static Draft beforeDispatch(Draft draft) {
    Optional<Draft> ended = AwaitingApprovalPhase.refused(draft).or(() -> Runs.aborted(draft));
    if (ended.isPresent()) {
      return ended.get();
    }
    if (draft.world.plan().isEmpty()) {
      return planAgain(draft, "PlanLost", "Plan " + draft.plan.name() + " was deleted");
    }
    Optional<Draft> stopped = Policies.stop(draft);
    if (stopped.isPresent()) {
      if (!draft.phase.resting()) {
        Runs.holdNothing(draft);
      }
      return stopped.get();
    }
    if (Gates.next(draft) != Phase.MIGRATING) {
      Runs.reopenPlan(draft);
      Runs.standDown(draft);
      return Runs.proceed(draft);
    }
    if (draft.spec.suspended()) {
      Runs.holdNothing(draft);
      return draft.await(
          "Suspended",
          "spec.suspend is true: plan " + draft.plan.name() + " is not started",
          Duration.ofMinutes(1));
    }
    if (Attempts.tooEarly(draft)) {
      return draft;
    }
    return switch (draft.world.lease()) {
      case World.LeaseView.Other other when !other.atRest() -> queued(draft, other);
      case World.LeaseView.Other other -> takeOver(draft, other);
      default -> ChangeJob.hold(draft, Optional.empty()) ? dispatch(draft) : draft;
    };
  }

  private static Draft queued(Draft draft, World.LeaseView.Other other) {
    Runs.holdNothing(draft);
    return draft.await(
        "Queued",
        "Waiting for "
            + other.description()
            + ", which is changing database "
            + draft.spec.database()
            + " on "
            + draft.spec.server(),
        QUEUE_POLL);
  }

  /** Its holder is at rest or gone without having given it back: only a clean reading opens it. */
  private static Draft takeOver(Draft draft, World.LeaseView.Other other) {
    if (other.holder().equals(draft.run.takeover)) {
      ChangeJob.hold(draft, Optional.of(other.holder()));
      return draft;
    }
    return switch (Attempts.look(draft, Step.INSPECT, true)) {
      case Attempts.Attempt.Pending pending -> draft;
      case Attempts.Attempt.Failed failed -> Attempts.retryOrFail(draft, failed);
      case Attempts.Attempt.Done done when done.result().outcome() == Outcome.UNTOUCHED -> {
        Runs.forgetJob(draft);
        draft.run.takeover = other.holder();
        yield draft.lookAgain();
      }
      case Attempts.Attempt.Done done when done.result().outcome() == Outcome.WAITING_FOR_ORPHAN ->
          Attempts.tryAgain(draft, "WaitingForOrphan", done.result().message());
      case Attempts.Attempt.Done done ->
          stale(
              draft, "StaleHistory", "the database is not as planned after " + other.description());
    };
  }

  private static Draft dispatch(Draft draft) {
    Runs.forgetJob(draft);
    draft.run.dispatched = true;
    draft.run.cause = null;
    RestorePoints.dispatched(draft);
    return ChangeJob.start(draft, STEPS)
        .effect(new Effect.RecordPlan(draft.plan.name(), "Dispatched", ""));
  }

  // --- after -----------------------------------------------------------------------------------

  private static Draft dispatched(Draft draft) {
    Traffic.take(draft);
    boolean mayStart = !draft.run.shared && !draft.specWaits() && draft.world.plan().isPresent();
    return switch (ChangeJob.look(draft, STEPS, mayStart)) {
      case ChangeJob.Course.NotStarted none ->
          recover(draft, new RunCause("Transient", "JobVanished", "the status names no Job", null));
      case ChangeJob.Course.Pending pending -> draft;
      case ChangeJob.Course.UnderWay underWay -> underWay(draft, underWay.job());
      case ChangeJob.Course.Late late ->
          recover(
              draft,
              new RunCause(
                  "Permanent",
                  "DeadlineExceeded",
                  "Job " + draft.run.job.name() + " had not ended by " + draft.run.endBy,
                  null));
      case ChangeJob.Course.Unclean unclean -> recover(draft, unclean.cause());
      case ChangeJob.Course.Answered answered -> answered(draft, answered.result());
    };
  }

  private static Draft underWay(Draft draft, JobView.Running running) {
    if (draft.run.shared && !draft.plan.hash().equals(running.told())) {
      draft.effect(new Effect.AnnotatePod(running.pod(), draft.plan.hash()));
    }
    return draft.say(
        "Migrating", "Plan " + draft.plan.name() + " is carried out by pod " + running.pod());
  }

  private static Draft answered(Draft draft, RunnerResult result) {
    RestorePoints.take(draft, result);
    TrafficRestores.take(draft, result);
    return switch (result.outcome()) {
      case VERIFIED -> Runs.succeed(draft, result);
      case VERIFICATION_FAILED -> {
        draft.currentRevision = result.currentRevision();
        yield VerifyingPhase.failed(draft, "VerificationFailed", result.message());
      }
      case MIGRATED -> verify(draft, result);
      case PLAN_CHANGED -> planChanged(draft, result);
      case PLANNED -> {
        // A shared pod that was told too late: it ran nothing, and a migrate Job follows.
        Runs.forgetJob(draft);
        draft.run.dispatched = false;
        draft.run.shared = false;
        yield draft.lookAgain();
      }
      case FAILED ->
          result.step() == Step.VERIFY
              ? verify(draft, result)
              : recover(draft, ChangeJob.cause(result));
      default ->
          recover(
              draft,
              new RunCause(
                  "Permanent",
                  "UnexpectedOutcome",
                  "the migrate Job ended with outcome " + result.outcome(),
                  null));
    };
  }

  /** A Job that was created twice under its name may itself be what made the plan stale. */
  private static Draft planChanged(Draft draft, RunnerResult result) {
    return draft.run.waits > 0
        ? recover(draft, new RunCause("Transient", result.reason(), result.message(), null))
        : stale(draft, result.reason(), result.message());
  }

  private static Draft verify(Draft draft, RunnerResult result) {
    if (result.currentRevision() != null) {
      draft.currentRevision = result.currentRevision();
    }
    Runs.forgetJob(draft);
    return draft.enter(
        Phase.VERIFYING, "Verifying", "The database is at " + Runs.at(draft.currentRevision));
  }

  /** Nothing ran: what was planned is not what is there any more. */
  private static Draft stale(Draft draft, String reason, String message) {
    draft.run.stale++;
    if (draft.run.stale >= 2) {
      return draft.rest(
          Phase.FAILED,
          reason,
          "The plan was out of date twice in a row; nothing ran: " + message,
          Optional.of("Superseded"));
    }
    return planAgain(draft, reason, "Nothing ran, planning again: " + message);
  }

  private static Draft planAgain(Draft draft, String reason, String message) {
    draft.effect(new Effect.RecordPlan(draft.plan.name(), "Superseded", message));
    Runs.standDown(draft);
    draft.plan = null;
    return draft.enter(Phase.PLANNING, reason, message);
  }

  private static Draft recover(Draft draft, RunCause cause) {
    draft.run.cause = cause;
    draft.run.shared = false;
    draft.run.stale = 0;
    return draft.enter(
        Phase.RECOVERING, cause.reason(), cause.message() + "; reading the database's history");
  }
}
