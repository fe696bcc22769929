package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A Job beside the run: it changes no database, its end is no phase, and it is one attempt that an
 * annotation asked for. Another value of the annotation is another.
 *
 * @param step what it does
 * @param plan whether it works on the recorded plan
 * @param deadline of its pod
 */
record SideJob(Step step, boolean plan, Duration deadline) {

  /** The attempt of such a Job: those of a run begin with 1. */
  private static final int ATTEMPT = 0;

  private static final Duration POLL = Duration.ofSeconds(30);

  /**
   * A Job that was asked for.
   *
   * @param endBy when it has to be over, UTC
   */
  record Begun(JobReference job, String endBy) {}

  /** How it is going. */
  sealed interface Course {

    /** Under way. */
    record Pending(JobReference job) implements Course {}

    /**
     * Over.
     *
     * @param result its own; empty where it left none
     * @param message its own, or why there is none
     */
    record Over(Optional<RunnerResult> result, String message, List<CheckResult> checks)
        implements Course {}
  }

  /**
   * Claims and creates it.
   *
   * @param purpose what asked for it, which makes its name unique
   */
  Begun begin(Draft draft, String purpose) {
    Instant endBy =
        draft.now.plus(draft.spec.startTimeout()).plus(deadline).plus(Deadlines.JOB_MARGIN);
    String name =
        Names.job(
            draft.world.migration().getMetadata().getName(),
            draft.uid(),
            draft.run.id + "/" + purpose + "/" + draft.now,
            step,
            ATTEMPT);
    create(draft, name);
    draft.wakeIn(POLL);
    return new Begun(new JobReference(name, null), endBy.toString());
  }

  private void create(Draft draft, String name) {
    draft.effect(
        new Effect.CreateJob(name, ATTEMPT, List.of(step), plan, Optional.empty(), true, deadline));
  }

  /** Looks how it is going. */
  Course look(Draft draft, JobView view, Begun begun) {
    JobReference job = begun.job();
    boolean late = draft.now.isAfter(Instant.parse(begun.endBy()));
    return switch (view) {
      case JobView.None none -> waiting(draft, job);
      case JobView.Absent absent when job.uid() == null && !late -> {
        create(draft, job.name());
        yield waiting(draft, job);
      }
      case JobView.Absent absent -> over("Job " + job.name() + " is gone");
      case JobView.Waiting waiting -> pending(draft, job, waiting.uid(), late);
      case JobView.Running running -> pending(draft, job, running.uid(), late);
      case JobView.Ended ended -> ended(job, ended);
    };
  }

  private static Course waiting(Draft draft, JobReference job) {
    draft.wakeIn(POLL);
    return new Course.Pending(job);
  }

  private static Course pending(Draft draft, JobReference job, String uid, boolean late) {
    if (late) {
      draft.effect(new Effect.DeleteJob(job.name()));
      return over("Job " + job.name() + " did not end in time");
    }
    return waiting(draft, new JobReference(job.name(), uid));
  }

  private static Course over(String message) {
    return new Course.Over(Optional.empty(), message, List.of());
  }

  private Course ended(JobReference job, JobView.Ended ended) {
    Optional<RunnerResult> result =
        ended.result().filter(r -> r.attempt() == ATTEMPT && r.step() == step);
    return new Course.Over(
        result,
        result
            .map(RunnerResult::message)
            .orElseGet(() ->
                "Job " + job.name() + " ended without a result" + Attempts.suffix(ended.why())),
        ended.checks());
  }
}
