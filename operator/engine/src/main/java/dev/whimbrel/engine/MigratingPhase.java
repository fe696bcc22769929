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
  private static final Duration POLL = Duration.ofSeconds(15);

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
    if (draft.run.retryAt != null && draft.now.isBefore(draft.run.retryAt)) {
      return draft.wakeIn(Duration.between(draft.now, draft.run.retryAt));
    }
    return switch (draft.world.lease()) {
      case World.LeaseView.Other other when !other.atRest() -> queued(draft, other);
      case World.LeaseView.Other other -> takeOver(draft, other);
      default -> hold(draft, Optional.empty()) ? dispatch(draft) : draft;
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

  /**
   * Takes Lease and finalizer, and detaches the plan: a foreground delete of the migration would
   * take it along. All three are observed before anything is dispatched.
   *
   * @return whether all three hold
   */
  static boolean hold(Draft draft, Optional<String> from) {
    boolean leased = draft.world.lease() instanceof World.LeaseView.Ours;
    boolean owned =
        draft
            .world
            .plan()
            .filter(plan -> !plan.getMetadata().getOwnerReferences().isEmpty())
            .isPresent();
    if (leased && draft.hasFinalizer() && !owned) {
      return true;
    }
    draft.run.lease = draft.spec.lease();
    if (!leased) {
      draft.effect(new Effect.AcquireLease(draft.run.lease, from));
    }
    if (!draft.hasFinalizer()) {
      draft.effect(new Effect.AddFinalizer());
    }
    if (owned) {
      draft.effect(new Effect.DetachPlan(draft.plan.name()));
    }
    draft.lookAgain();
    return false;
  }

  /** Its holder is at rest or gone without having given it back: only a clean reading opens it. */
  private static Draft takeOver(Draft draft, World.LeaseView.Other other) {
    if (other.holder().equals(draft.run.takeover)) {
      hold(draft, Optional.of(other.holder()));
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
    Duration deadline = deadline(draft);
    draft.run.dispatched = true;
    draft.run.cause = null;
    create(draft, draft.claim(Step.MIGRATE, deadline), deadline);
    return draft.effect(new Effect.RecordPlan(draft.plan.name(), "Dispatched", ""));
  }

  private static Duration deadline(Draft draft) {
    return Deadlines.migrating(draft.spec, Boolean.TRUE.equals(draft.plan.online()));
  }

  private static void create(Draft draft, String name, Duration deadline) {
    draft.effect(
        new Effect.CreateJob(
            name,
            draft.run.attempt,
            List.of(Step.MIGRATE, Step.VERIFY),
            true,
            Optional.empty(),
            false,
            deadline));
  }

  // --- after -----------------------------------------------------------------------------------

  private static Draft dispatched(Draft draft) {
    if (Approvals.accepted(draft, "Abort") && !(draft.world.job() instanceof JobView.Ended)) {
      return recover(draft, "Permanent", "Aborted", "a person aborted the run", null);
    }
    return switch (draft.world.job()) {
      case JobView.None none ->
          recover(draft, "Transient", "JobVanished", "the status names no Job", null);
      case JobView.Absent absent
          when draft.neverSeen()
              && !draft.run.shared
              && !draft.specWaits()
              && draft.world.plan().isPresent() ->
          createAgain(draft);
      case JobView.Absent absent ->
          recover(
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

  /** It was never seen. It may have existed, and have been deleted by hand. */
  private static Draft createAgain(Draft draft) {
    Duration deadline = deadline(draft);
    draft.run.waits++;
    draft.reclaim(deadline);
    create(draft, draft.run.job.name(), deadline);
    return draft;
  }

  private static Draft waiting(Draft draft, JobView.Waiting waiting) {
    draft.know(waiting.uid());
    if (Attempts.isPast(draft, draft.run.startBy)) {
      return recover(
          draft, "Permanent", "JobNotStarted", Attempts.notStarted(draft, waiting), null);
    }
    if (!waiting.why().isEmpty()) {
      draft.message = "Job " + draft.run.job.name() + " waits to start: " + waiting.why();
    }
    return draft.wakeIn(POLL);
  }

  private static Draft running(Draft draft, JobView.Running running) {
    draft.know(running.uid());
    if (Attempts.isPast(draft, draft.run.endBy)) {
      return recover(
          draft,
          "Permanent",
          "DeadlineExceeded",
          "Job " + draft.run.job.name() + " had not ended by " + draft.run.endBy,
          null);
    }
    if (draft.run.shared && !draft.plan.hash().equals(running.recorded())) {
      draft.effect(new Effect.AnnotatePod(running.pod(), draft.plan.hash()));
    }
    return draft.await(
        "Migrating", "Plan " + draft.plan.name() + " is carried out by pod " + running.pod(), POLL);
  }

  private static Draft ended(Draft draft, JobView.Ended ended) {
    draft.know(ended.uid());
    Optional<RunnerResult> found = Attempts.result(draft, ended);
    if (found.isEmpty()) {
      return recover(
          draft,
          "Transient",
          "NoResult",
          "Job " + draft.run.job.name() + " ended without a result" + Attempts.suffix(ended.why()),
          null);
    }
    RunnerResult result = found.get();
    if (result.restorePoint() != null) {
      draft.restorePoint = result.restorePoint();
    }
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
      case FAILED -> result.step() == Step.VERIFY ? verify(draft, result) : failed(draft, result);
      default ->
          recover(
              draft,
              "Permanent",
              "UnexpectedOutcome",
              "the migrate Job ended with outcome " + result.outcome(),
              null);
    };
  }

  /** A Job that was created twice under its name may itself be what made the plan stale. */
  private static Draft planChanged(Draft draft, RunnerResult result) {
    return draft.run.waits > 0
        ? recover(draft, "Transient", result.reason(), result.message(), null)
        : stale(draft, result.reason(), result.message());
  }

  private static Draft failed(Draft draft, RunnerResult result) {
    return recover(draft, Runs.kind(result), result.reason(), result.message(), result.sqlState());
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

  private static Draft recover(
      Draft draft, String kind, String reason, String message, String sqlState) {
    draft.run.cause = new RunCause(kind, reason, message, sqlState);
    draft.run.shared = false;
    draft.run.stale = 0;
    return draft.enter(Phase.RECOVERING, reason, message + "; reading the database's history");
  }
}
