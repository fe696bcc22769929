package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One pod for all: where no gate can stand in the way of a small change, the Job that plans also
 * migrates and verifies. It goes on only after it was told that its plan is recorded, and ends at
 * once where it is told that another has to.
 */
final class SharedPod {

  private static final Duration UNTIL_IT_ENDS = Duration.ofSeconds(15);

  private SharedPod() {}

  /** Takes Lease and finalizer, then dispatches the Job that may do everything. */
  static Optional<Draft> dispatch(Draft draft) {
    if (draft.world.lease() instanceof World.LeaseView.Other) {
      return Optional.empty();
    }
    if (!ChangeJob.hold(draft, Optional.empty())) {
      return Optional.of(draft);
    }
    Duration deadline = Deadlines.migrating(draft.spec, true);
    draft.run.shared = true;
    draft.run.dispatched = true;
    create(draft, draft.claim(Step.MIGRATE, deadline), deadline);
    return Optional.of(draft);
  }

  static void create(Draft draft, String name, Duration deadline) {
    draft.effect(
        new Effect.CreateJob(
            name,
            draft.run.attempt,
            List.of(Step.PLAN, Step.MIGRATE, Step.VERIFY),
            false,
            draft.spec.ungated().map(Risk::label),
            false,
            deadline));
  }

  /** Its own deadline is that of a migration; until it has a plan it gets no longer than others. */
  static boolean plansForTooLong(Draft draft) {
    return Attempts.isPast(draft, draft.run.startBy.plus(Deadlines.pod(draft.spec, Step.PLAN)));
  }

  /** Whether the pod that made the plan also carries it out. */
  static boolean goesOn(Draft draft) {
    return draft.run.shared
        && Gates.next(draft) == Phase.MIGRATING
        && !Runs.isOnHold(draft)
        && Rehearsals.obstacle(draft).isEmpty()
        && Policies.allow(draft)
        && !Engine.interrupted(draft);
  }

  /** Whether the pod has been told to end: it may have ended by now, whatever it is told next. */
  static boolean isRefused(JobView.Running running) {
    return Whimbrel.PLAN_REFUSED.equals(running.told());
  }

  /** The plan meets a gate after all. A pod that does not hear it ends by itself a little later. */
  static Draft refuse(Draft draft, JobView.Running running) {
    if (!isRefused(running)) {
      draft.effect(new Effect.AnnotatePod(running.pod(), Whimbrel.PLAN_REFUSED));
    }
    return draft.wakeIn(UNTIL_IT_ENDS);
  }

  static Draft goOn(Draft draft, JobView.Running running) {
    return draft
        .enter(Phase.MIGRATING, "Migrating", "Plan " + draft.plan.name() + " is carried out")
        .effect(new Effect.AnnotatePod(running.pod(), draft.plan.hash()))
        .effect(new Effect.RecordPlan(draft.plan.name(), "Dispatched", ""));
  }
}
