package dev.whimbrel.engine;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One Job for one step that does not change the database: claimed, created, waited for, read. Such
 * a step may be tried again freely, so that every oddity is just a failure of one attempt.
 */
final class Attempts {

  private static final Duration POLL = Duration.ofSeconds(15);
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(2);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);

  private Attempts() {}

  /** What became of the attempt. */
  sealed interface Attempt {

    /** Under way; the draft says what is waited for. */
    record Pending() implements Attempt {}

    /** Ended with an answer. */
    record Done(RunnerResult result, JobView.Ended job) implements Attempt {}

    /** Ended without one. */
    record Failed(boolean permanent, String reason, String message, String sqlState)
        implements Attempt {}
  }

  /** Starts the attempt, or looks how it is going. */
  static Attempt look(Draft draft, Step step, boolean plan) {
    Duration deadline = Deadlines.pod(draft.spec, step);
    return switch (draft.world.job()) {
      case JobView.None none when planLost(draft, plan) -> lost(draft);
      case JobView.None none -> start(draft, step, plan, deadline);
      case JobView.Absent absent when planLost(draft, plan) -> lost(draft);
      case JobView.Absent absent when draft.neverSeen() -> {
        draft.reclaim(deadline);
        create(draft, draft.run.job.name(), step, plan, deadline);
        yield new Attempt.Pending();
      }
      case JobView.Absent absent ->
          new Attempt.Failed(
              false, "JobVanished", "Job " + draft.run.job.name() + " was deleted", null);
      case JobView.Waiting waiting -> waiting(draft, waiting);
      case JobView.Running running -> running(draft, running);
      case JobView.Ended ended -> ended(draft, ended);
    };
  }

  private static boolean planLost(Draft draft, boolean plan) {
    return plan && draft.world.plan().isEmpty();
  }

  private static Attempt lost(Draft draft) {
    return new Attempt.Failed(
        true,
        "PlanLost",
        (draft.plan == null ? "The MigrationPlan of the run" : "MigrationPlan " + draft.plan.name())
            + " was deleted, and no Job can do without it",
        null);
  }

  private static Attempt start(Draft draft, Step step, boolean plan, Duration deadline) {
    if (tooEarly(draft)) {
      return new Attempt.Pending();
    }
    create(draft, draft.claim(step, deadline), step, plan, deadline);
    return new Attempt.Pending();
  }

  private static void create(Draft draft, String name, Step step, boolean plan, Duration deadline) {
    draft.effect(
        new Effect.CreateJob(
            name,
            draft.run.attempt,
            List.of(step),
            plan,
            Optional.empty(),
            !draft.run.dispatched,
            deadline));
  }

  private static Attempt waiting(Draft draft, JobView.Waiting waiting) {
    draft.know(waiting.uid());
    if (isPast(draft, draft.run.startBy)) {
      draft.effect(new Effect.DeleteJob(draft.run.job.name()));
      return new Attempt.Failed(true, "JobNotStarted", notStarted(draft, waiting), null);
    }
    if (!waiting.why().isEmpty()) {
      draft.message = "Job " + draft.run.job.name() + " waits to start: " + waiting.why();
    }
    draft.wakeIn(POLL);
    return new Attempt.Pending();
  }

  static String notStarted(Draft draft, JobView.Waiting waiting) {
    return "Job "
        + draft.run.job.name()
        + " had no running pod within spec.run.startTimeout ("
        + draft.spec.startTimeout().toSeconds()
        + "s)"
        + (waiting.why().isEmpty()
            ? "; look at the events of its pod and at the nodes"
            : ": " + waiting.why());
  }

  private static Attempt running(Draft draft, JobView.Running running) {
    draft.know(running.uid());
    if (isPast(draft, draft.run.endBy)) {
      draft.effect(new Effect.DeleteJob(draft.run.job.name()));
      return timedOut(draft);
    }
    draft.wakeIn(POLL);
    return new Attempt.Pending();
  }

  static Attempt.Failed timedOut(Draft draft) {
    return new Attempt.Failed(
        false, "JobTimedOut", "Job " + draft.run.job.name() + " did not end in time", null);
  }

  static boolean isPast(Draft draft, Instant instant) {
    return instant != null && draft.now.isAfter(instant);
  }

  private static Attempt ended(Draft draft, JobView.Ended ended) {
    draft.know(ended.uid());
    Optional<RunnerResult> result = result(draft, ended);
    if (result.isEmpty()) {
      return new Attempt.Failed(
          false,
          "NoResult",
          "Job " + draft.run.job.name() + " ended without a result" + suffix(ended.why()),
          null);
    }
    RunnerResult answer = result.get();
    if (answer.outcome() == Outcome.FAILED) {
      return new Attempt.Failed(
          answer.kind() == RunnerResult.Kind.PERMANENT,
          answer.reason(),
          answer.message(),
          answer.sqlState());
    }
    return new Attempt.Done(answer, ended);
  }

  /** The result, if it is this Job's own. */
  static Optional<RunnerResult> result(Draft draft, JobView.Ended ended) {
    return ended
        .result()
        .filter(r -> r.run().equals(draft.run.id) && r.attempt() == draft.run.attempt);
  }

  static String suffix(String why) {
    return why.isEmpty() ? "" : " (" + why + ")";
  }

  /** Tries a transient failure again while retries are left; else the run fails. */
  static Draft retryOrFail(Draft draft, Attempt.Failed failed) {
    if (failed.permanent() || draft.run.failures >= draft.spec.retries()) {
      String tried =
          failed.permanent() || draft.spec.retries() == 0
              ? ""
              : " (after " + (draft.run.failures + 1) + " attempts)";
      return draft.rest(
          Phase.FAILED, failed.reason(), failed.message() + tried, Optional.of("Failed"));
    }
    Duration wait = backOff(draft);
    return draft.await(
        failed.reason(), failed.message() + "; trying again in " + wait.toSeconds() + "s", wait);
  }

  /** Tries again however often: for what must be known before anything else may happen. */
  static Draft tryAgain(Draft draft, String reason, String message) {
    int waits = draft.run.waits + 1;
    Runs.forgetJob(draft);
    draft.run.waits = waits;
    Duration wait = backoff(waits);
    draft.run.retryAt = draft.now.plus(wait);
    return draft.await(reason, message, wait);
  }

  /** Counts a failure that is tried again, after as long as this. */
  static Duration backOff(Draft draft) {
    draft.run.failures++;
    Runs.forgetJob(draft);
    Duration wait = backoff(draft.run.failures);
    draft.run.retryAt = draft.now.plus(wait);
    return wait;
  }

  /** The same for a change, which says in its own phase that it is tried again. */
  static Draft tryAgainIn(Draft draft, Phase phase, String why) {
    Duration wait = backOff(draft);
    return draft
        .enter(
            phase,
            "Retrying",
            why
                + "; trying again in "
                + wait.toSeconds()
                + "s ("
                + draft.run.failures
                + " of "
                + draft.spec.retries()
                + ")")
        .wakeIn(wait);
  }

  /** Whether the wait after a failure is not over; if so, the draft wakes when it is. */
  static boolean tooEarly(Draft draft) {
    boolean early = draft.run.retryAt != null && draft.now.isBefore(draft.run.retryAt);
    if (early) {
      draft.wakeIn(Duration.between(draft.now, draft.run.retryAt));
    }
    return early;
  }

  /** Doubles from two seconds to a minute. */
  private static Duration backoff(int failures) {
    Duration wait = FIRST_BACKOFF.multipliedBy(1L << Math.min(failures - 1, 6));
    return wait.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : wait;
  }
}
