package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Job of a step that changes the database: started while everything is held that it needs, and
 * followed to its end. It is never tried again by itself, unlike those of {@link Attempts}:
 * whatever is not its own answer is a cause to read the database's history.
 */
final class ChangeJob {

  private static final String UNCLEAR = "Unclear";

  private static final Duration POLL = Duration.ofSeconds(15);

  private ChangeJob() {}

  /** How it is going. */
  sealed interface Course {

    /** The status names no Job. */
    record NotStarted() implements Course {}

    /** Claimed, created, or about to start; the draft says what is waited for. */
    record Pending() implements Course {}

    /** Under way; the draft looks again. */
    record UnderWay(JobView.Running job) implements Course {}

    /** Under way for longer than it may. */
    record Late() implements Course {}

    /** Over, with its own answer. */
    record Answered(RunnerResult result) implements Course {}

    /** Over, given up or gone, without one. */
    record Unclean(RunCause cause) implements Course {}
  }

  /**
   * Takes Lease and finalizer, and detaches the plan: a foreground delete of the migration would
   * take it along. All three are observed before anything is dispatched.
   *
   * @param from the holder at rest from whom the Lease is taken over
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
    if (leased && !draft.run.dispatched && Restores.underway(draft)) {
      // Both began at once, and the restore does not see whether we have dispatched yet.
      Restores.queue(draft);
      return false;
    }
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

  /** Claims and creates it. */
  static Draft start(Draft draft, List<Step> steps) {
    Duration deadline = deadline(draft);
    return create(draft, draft.claim(steps.getFirst(), deadline), steps, deadline);
  }

  private static Duration deadline(Draft draft) {
    return Deadlines.migrating(draft.spec, Boolean.TRUE.equals(draft.plan.online()));
  }

  private static Draft create(Draft draft, String name, List<Step> steps, Duration deadline) {
    return draft.effect(
        new Effect.CreateJob(
            name, draft.run.attempt, steps, true, Optional.empty(), false, deadline));
  }

  /**
   * Looks how it is going.
   *
   * @param mayStart whether it may be created again where it was claimed and never seen
   */
  static Course look(Draft draft, List<Step> steps, boolean mayStart) {
    JobView job = draft.world.job();
    boolean over = job instanceof JobView.None || job instanceof JobView.Ended;
    if (!over && Approvals.accepted(draft, "Abort")) {
      return unclean("Permanent", "Aborted", "a person aborted the run");
    }
    return switch (job) {
      case JobView.None none -> new Course.NotStarted();
      case JobView.Absent absent when draft.neverSeen() && mayStart -> createAgain(draft, steps);
      case JobView.Absent absent ->
          unclean(
              "Transient",
              "JobVanished",
              "Job " + draft.run.job.name() + " is gone, and its end was not recorded");
      case JobView.Waiting waiting -> waiting(draft, waiting);
      case JobView.Running running -> running(draft, running);
      case JobView.Ended ended -> ended(draft, ended);
    };
  }

  /** It was never seen. It may have existed, and have been deleted by hand. */
  private static Course createAgain(Draft draft, List<Step> steps) {
    Duration deadline = deadline(draft);
    draft.run.waits++;
    draft.reclaim(deadline);
    create(draft, draft.run.job.name(), steps, deadline);
    return new Course.Pending();
  }

  private static Course waiting(Draft draft, JobView.Waiting waiting) {
    draft.know(waiting.uid());
    if (Attempts.isPast(draft, draft.run.startBy)) {
      return unclean("Permanent", "JobNotStarted", Attempts.notStarted(draft, waiting));
    }
    if (!waiting.why().isEmpty()) {
      draft.message = "Job " + draft.run.job.name() + " waits to start: " + waiting.why();
    }
    draft.wakeIn(POLL);
    return new Course.Pending();
  }

  private static Course running(Draft draft, JobView.Running running) {
    draft.know(running.uid());
    if (Attempts.isPast(draft, draft.run.endBy)) {
      return new Course.Late();
    }
    draft.wakeIn(POLL);
    return new Course.UnderWay(running);
  }

  private static Course ended(Draft draft, JobView.Ended ended) {
    draft.know(ended.uid());
    return Attempts.result(draft, ended)
        .<Course>map(Course.Answered::new)
        .orElseGet(() ->
            unclean(
                "Transient",
                "NoResult",
                "Job "
                    + draft.run.job.name()
                    + " ended without a result"
                    + Attempts.suffix(ended.why())));
  }

  private static Course unclean(String kind, String reason, String message) {
    return new Course.Unclean(new RunCause(kind, reason, message, null));
  }

  /** The cause that its answer is, where it is not the one that was hoped for. */
  static RunCause cause(RunnerResult result) {
    return new RunCause(kind(result), result.reason(), result.message(), result.sqlState());
  }

  /**
   * Whether a reading of the history leaves open what a step has done, although it finds whole
   * revisions only: the runner saw that more was committed than is recorded.
   */
  static boolean isUnclear(RunCause cause, RunnerResult reading) {
    return UNCLEAR.equals(cause.kind())
        && (reading.outcome() == Outcome.UNTOUCHED || reading.outcome() == Outcome.PARTIAL);
  }

  private static String kind(RunnerResult failed) {
    return switch (failed.kind() == null ? RunnerResult.Kind.PERMANENT : failed.kind()) {
      case TRANSIENT -> "Transient";
      case PERMANENT -> "Permanent";
      case UNCLEAR -> UNCLEAR;
      // Our own deadline and a person's Abort are final; the guard and a drain are not.
      case STOPPED -> "DeadlineExceeded".equals(failed.reason()) ? "Permanent" : "Transient";
    };
  }
}
