package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.util.List;
import java.util.Map;

/**
 * The second stage of a verification: once the new application is out, an annotation asks whether
 * the checks hold for a while. Its Job only reads, its end is a condition, and the phase of the run
 * stays what it is.
 */
public final class Rollouts {

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

  private static SideJob job(Draft draft) {
    return new SideJob(
        Step.VERIFY,
        draft.world.plan().isPresent(),
        Deadlines.pod(draft.spec, Step.VERIFY).plus(draft.spec.rolloutPeriod()));
  }

  private static void start(Draft draft, String wanted) {
    SideJob.Begun begun = job(draft).begin(draft, "rollout/" + wanted);
    String message = "verifying the rollout for " + draft.spec.rolloutPeriod().toSeconds() + "s";
    draft.rollout =
        new RolloutStatus(wanted, RUNNING, begun.job(), begun.endBy(), message, List.of());
    draft.effect(new Effect.Announce(false, "VerifyingRollout", message));
  }

  private static void follow(Draft draft) {
    RolloutStatus rollout = draft.rollout;
    SideJob.Begun begun = new SideJob.Begun(rollout.job(), rollout.endBy());
    switch (job(draft).look(draft, draft.world.rollout(), begun)) {
      case SideJob.Course.Pending pending ->
          draft.rollout =
              new RolloutStatus(
                  rollout.trigger(),
                  RUNNING,
                  pending.job(),
                  rollout.endBy(),
                  rollout.message(),
                  List.of());
      case SideJob.Course.Over over ->
          end(
              draft,
              over.result().filter(found -> found.outcome() == Outcome.VERIFIED).isPresent(),
              over.message(),
              over.checks());
    }
  }

  private static void end(Draft draft, boolean passed, String found, List<CheckResult> checks) {
    String message = passed ? found : found + TrafficRestores.offer(draft);
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
