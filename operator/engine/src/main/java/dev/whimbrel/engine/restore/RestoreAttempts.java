package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.engine.Deadlines;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One Job of a restore: claimed, created, waited for, read. Every step may be tried again: the one
 * that restores finds what an earlier one asked for.
 */
final class RestoreAttempts {

  private static final Duration POLL = Duration.ofSeconds(15);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(60);
  private static final Duration READING = Duration.ofMinutes(10);

  private RestoreAttempts() {}

  /** What became of the Job. */
  sealed interface Attempt {

    /** Under way; the draft says what is waited for. */
    record Pending() implements Attempt {}

    /** Ended with a result, good or bad. */
    record Answered(RunnerResult result, JobView.Ended job) implements Attempt {}

    /** Ended, or is gone, without one. */
    record Silent(String reason, String message) implements Attempt {}
  }

  /** Begins with a step: no Job of it went before. */
  static void begin(RestoreDraft draft, Step step) {
    draft.step = step;
    draft.retries = 0;
    draft.retryAt = null;
    draft.forgetJob();
  }

  /** Starts the Job, or looks how it is going. */
  static Attempt look(RestoreDraft draft) {
    return switch (draft.world.job()) {
      case JobView.None none -> start(draft);
      case JobView.Absent absent when absent.pod().isPresent() -> {
        // What it asks for could not be told from what the next one does.
        draft.await(
            "WaitingForPod",
            "Job "
                + draft.job.name()
                + " is gone, but its pod "
                + absent.pod().get()
                + " is not known to have ended; it is waited for",
            POLL);
        yield new Attempt.Pending();
      }
      case JobView.Absent absent when draft.job.uid() == null -> {
        // Never seen: it is created again, and what it may have asked for is looked for first.
        draft.retries++;
        create(draft);
        yield new Attempt.Pending();
      }
      case JobView.Absent absent ->
          new Attempt.Silent("JobVanished", "Job " + draft.job.name() + " was deleted");
      case JobView.Waiting waiting -> waiting(draft, waiting);
      case JobView.Running running -> running(draft, running);
      case JobView.Ended ended -> ended(draft, ended);
    };
  }

  private static Attempt start(RestoreDraft draft) {
    if (draft.retryAt != null && draft.now.isBefore(draft.retryAt)) {
      draft.wakeIn(Duration.between(draft.now, draft.retryAt));
      return new Attempt.Pending();
    }
    draft.retryAt = null;
    draft.number++;
    draft.job =
        new JobReference(
            Names.job(draft.name(), draft.uid(), RestoreEngine.RUN, draft.step, draft.number),
            null);
    create(draft);
    return new Attempt.Pending();
  }

  /** The new times make the status a real write, so that of two leaders one creates it. */
  private static void create(RestoreDraft draft) {
    Duration deadline =
        draft.step == Step.RESTORE ? draft.deadline().plus(Deadlines.POD_MARGIN) : READING;
    draft.startBy = draft.now.plus(draft.startTimeout());
    draft.endBy = draft.startBy.plus(deadline).plus(Deadlines.JOB_MARGIN);
    draft
        .effect(
            new Effect.CreateJob(
                draft.job.name(),
                draft.number,
                List.of(draft.step),
                draft.step == Step.RESTORE,
                Optional.empty(),
                draft.step != Step.RESTORE,
                deadline))
        .lookAgain();
  }

  private static Attempt waiting(RestoreDraft draft, JobView.Waiting waiting) {
    know(draft, waiting.uid());
    if (draft.now.isAfter(draft.startBy)) {
      draft.effect(new Effect.DeleteJob(draft.job.name()));
      return new Attempt.Silent(
          "JobNotStarted",
          "Job "
              + draft.job.name()
              + " had no running pod within "
              + draft.startTimeout().toSeconds()
              + "s"
              + (waiting.why().isEmpty() ? "" : ": " + waiting.why()));
    }
    if (!waiting.why().isEmpty()) {
      draft.message = "Job " + draft.job.name() + " waits to start: " + waiting.why();
    }
    draft.wakeIn(POLL);
    return new Attempt.Pending();
  }

  private static Attempt running(RestoreDraft draft, JobView.Running running) {
    know(draft, running.uid());
    if (draft.now.isAfter(draft.endBy)) {
      draft.effect(new Effect.DeleteJob(draft.job.name()));
      return new Attempt.Silent("JobTimedOut", "Job " + draft.job.name() + " did not end in time");
    }
    draft.wakeIn(POLL);
    return new Attempt.Pending();
  }

  private static Attempt ended(RestoreDraft draft, JobView.Ended ended) {
    know(draft, ended.uid());
    return ended
        .result()
        .filter(
            result -> result.run().equals(RestoreEngine.RUN) && result.attempt() == draft.number)
        .<Attempt>map(result -> new Attempt.Answered(result, ended))
        .orElseGet(() ->
            new Attempt.Silent(
                "NoResult",
                "Job "
                    + draft.job.name()
                    + " ended without a result"
                    + (ended.why().isEmpty() ? "" : " (" + ended.why() + ")")));
  }

  private static void know(RestoreDraft draft, String uid) {
    if (draft.job.uid() == null) {
      draft.job = new JobReference(draft.job.name(), uid);
    }
  }

  /** Another Job of the step, after a while that doubles from two seconds to a minute. */
  static RestoreDraft again(RestoreDraft draft, String reason, String message) {
    draft.forgetJob();
    draft.retries++;
    Duration doubled = Duration.ofSeconds(1L << Math.min(draft.retries, 6));
    Duration wait = doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
    draft.retryAt = draft.now.plus(wait);
    return draft.await(reason, message + "; looking again in " + wait.toSeconds() + "s", wait);
  }
}
