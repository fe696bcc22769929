package dev.whimbrel.engine;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads the database's history after an attempt that gave no clean result: however often it takes,
 * once nothing of the attempt is left.
 */
final class Reading {

  private static final Duration STOP_POLL = Duration.ofSeconds(2);

  private Reading() {}

  /** What the history says; empty while that is not known, and where nobody can know it. */
  static Optional<RunnerResult> of(Draft draft) {
    if (draft.run.step != null && draft.run.step != Step.INSPECT) {
      untilOver(draft);
      return Optional.empty();
    }
    switch (Attempts.look(draft, Step.INSPECT, true)) {
      case Attempts.Attempt.Pending pending -> {
        return Optional.empty();
      }
      case Attempts.Attempt.Failed failed when failed.permanent() ->
          unresolved(
              draft, failed.reason(), "The database could not be inspected: " + failed.message());
      case Attempts.Attempt.Failed failed ->
          Attempts.tryAgain(draft, failed.reason(), "Inspecting again: " + failed.message());
      case Attempts.Attempt.Done done when done.result().outcome() == Outcome.WAITING_FOR_ORPHAN ->
          Attempts.tryAgain(draft, "WaitingForOrphan", done.result().message());
      case Attempts.Attempt.Done done -> {
        if (done.result().currentRevision() != null) {
          draft.currentRevision = done.result().currentRevision();
        }
        return Optional.of(done.result());
      }
    }
    return Optional.empty();
  }

  /**
   * The Job of the attempt is kept in the status until it is seen to have ended or to be gone: one
   * that starts after the history was read would make the reading worthless.
   */
  private static void untilOver(Draft draft) {
    switch (draft.world.job()) {
      case JobView.Waiting waiting -> stop(draft);
      case JobView.Running running -> stop(draft);
      case JobView.None none -> over(draft);
      case JobView.Absent absent when absent.pod().isPresent() ->
          outlived(draft, absent.pod().get());
      case JobView.Absent absent -> over(draft);
      case JobView.Ended ended -> over(draft);
    }
  }

  private static void stop(Draft draft) {
    draft.effect(new Effect.DeleteJob(draft.run.job.name())).wakeIn(STOP_POLL);
  }

  private static void outlived(Draft draft, String pod) {
    draft.await(
        "WaitingForPod",
        "Job "
            + draft.run.job.name()
            + " is gone, but its pod "
            + pod
            + " is not known to have ended, so that the database's history may still change. If its"
            + " node is dead for good, say so: kubectl delete pod "
            + pod
            + " --force",
        STOP_POLL);
  }

  private static void over(Draft draft) {
    Runs.forgetJob(draft);
    draft.lookAgain();
  }

  /** Nobody can know: a person has to look. */
  static Draft unresolved(Draft draft, String reason, String message) {
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
