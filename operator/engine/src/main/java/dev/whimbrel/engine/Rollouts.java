package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The second stage of a verification: once the new application is out, an annotation asks whether
 * the checks hold for a while. Its Job only reads, its end is a condition, and the phase of the run
 * stays what it is. One attempt: another value of the annotation is another.
 */
public final class Rollouts {

  /** The attempt of its Job: those of a run begin with 1. */
  private static final int ATTEMPT = 0;

  private static final Duration POLL = Duration.ofSeconds(30);
  private static final String RUNNING = "Running";

  private Rollouts() {}

  /** Whether it is under way. */
  public static boolean isRunning(RolloutStatus rollout) {
    return rollout != null && RUNNING.equals(rollout.state());
  }

  /** In a run that has succeeded: starts what is asked for, or looks how it is going. */
  static void look(Draft draft) {
    if (draft.phase != Phase.SUCCEEDED) {
      return;
    }
    String wanted = wanted(draft);
    boolean isNew =
        wanted != null && (draft.rollout == null || !wanted.equals(draft.rollout.trigger()));
    if (isNew) {
      supersede(draft);
      start(draft, wanted);
    } else if (isRunning(draft.rollout)) {
      follow(draft);
    }
  }

  /** A new run, or a new question: what was asked before is not answered any more. */
  static void supersede(Draft draft) {
    if (draft.rollout == null) {
      return;
    }
    if (isRunning(draft.rollout)) {
      draft.effect(new Effect.DeleteJob(draft.rollout.job().name()));
    }
    draft.rollout =
        new RolloutStatus(
            draft.rollout.trigger(), "Superseded", null, null, "a new run began", List.of());
  }

  private static String wanted(Draft draft) {
    Map<String, String> annotations = draft.world.migration().getMetadata().getAnnotations();
    return annotations == null ? null : annotations.get(Whimbrel.VERIFY_ROLLOUT_ANNOTATION);
  }

  private static void start(Draft draft, String wanted) {
    Duration deadline = deadline(draft);
    Instant endBy =
        draft.now.plus(draft.spec.startTimeout()).plus(deadline).plus(Deadlines.JOB_MARGIN);
    String name =
        Names.job(
            draft.world.migration().getMetadata().getName(),
            draft.uid(),
            draft.run.id + "/rollout/" + wanted + "/" + draft.now,
            Step.VERIFY,
            ATTEMPT);
    String message = "verifying the rollout for " + draft.spec.rolloutPeriod().toSeconds() + "s";
    draft.rollout =
        new RolloutStatus(
            wanted, RUNNING, new JobReference(name, null), endBy.toString(), message, List.of());
    create(draft, name, deadline);
    draft.effect(new Effect.Announce(false, "VerifyingRollout", message));
    draft.wakeIn(POLL);
  }

  private static Duration deadline(Draft draft) {
    return Deadlines.pod(draft.spec, Step.VERIFY).plus(draft.spec.rolloutPeriod());
  }

  private static void create(Draft draft, String name, Duration deadline) {
    draft.effect(
        new Effect.CreateJob(
            name,
            ATTEMPT,
            List.of(Step.VERIFY),
            draft.world.plan().isPresent(),
            Optional.empty(),
            true,
            deadline));
  }

  private static void follow(Draft draft) {
    JobReference job = draft.rollout.job();
    boolean late = draft.now.isAfter(Instant.parse(draft.rollout.endBy()));
    switch (draft.world.rollout()) {
      case JobView.None none -> draft.wakeIn(POLL);
      case JobView.Absent absent when job.uid() == null && !late -> {
        create(draft, job.name(), deadline(draft));
        draft.wakeIn(POLL);
      }
      case JobView.Absent absent -> end(draft, false, "Job " + job.name() + " is gone", List.of());
      case JobView.Waiting waiting -> pending(draft, waiting.uid(), late);
      case JobView.Running running -> pending(draft, running.uid(), late);
      case JobView.Ended ended -> ended(draft, ended);
    }
  }

  private static void pending(Draft draft, String uid, boolean late) {
    String name = draft.rollout.job().name();
    if (late) {
      draft.effect(new Effect.DeleteJob(name));
      end(draft, false, "Job " + name + " did not end in time", List.of());
      return;
    }
    draft.rollout =
        new RolloutStatus(
            draft.rollout.trigger(),
            RUNNING,
            new JobReference(name, uid),
            draft.rollout.endBy(),
            draft.rollout.message(),
            List.of());
    draft.wakeIn(POLL);
  }

  private static void ended(Draft draft, JobView.Ended ended) {
    Optional<RunnerResult> result =
        ended.result().filter(r -> r.run().equals(draft.run.id) && r.attempt() == ATTEMPT);
    end(
        draft,
        result.filter(found -> found.outcome() == Outcome.VERIFIED).isPresent(),
        result
            .map(RunnerResult::message)
            .orElseGet(() ->
                "Job "
                    + draft.rollout.job().name()
                    + " ended without a result"
                    + Attempts.suffix(ended.why())),
        ended.checks());
  }

  private static void end(Draft draft, boolean passed, String message, List<CheckResult> checks) {
    draft.rollout =
        new RolloutStatus(
            draft.rollout.trigger(),
            passed ? "Passed" : "Failed",
            draft.rollout.job(),
            null,
            message,
            checks);
    draft.effect(
        new Effect.Announce(!passed, passed ? "RolloutVerified" : "RolloutNotVerified", message));
  }
}
