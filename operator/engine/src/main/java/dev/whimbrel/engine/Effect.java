package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Something to do after the status is persisted. Each is idempotent: carried out twice, or not at
 * all because of a crash, the next decision repeats what is missing.
 */
public sealed interface Effect {

  /**
   * Create a Job once. If one of that name exists it is left alone. If the migration, by a live
   * read right before, does not name it as its Job any more, it is not created: a leader that was
   * held up must not start what another has given up.
   *
   * @param name unique for ever
   * @param attempt number of the Job within the run
   * @param steps what it does
   * @param plan whether it works on the recorded plan
   * @param gate the highest risk up to which a Job that plans may go on
   * @param owned whether the migration owns it: never while it may change the database
   * @param deadline of the pod; absent for the plan's own rule
   */
  record CreateJob(
      String name,
      int attempt,
      List<Step> steps,
      boolean plan,
      Optional<String> gate,
      boolean owned,
      Duration deadline)
      implements Effect {}

  /** Delete a Job and its pods. */
  record DeleteJob(String name) implements Effect {}

  /** Give a recorded Job its owner reference, so that it goes with the migration. */
  record AdoptJob(String name) implements Effect {}

  /**
   * Create the plan once, and have it say that it is Pending, unless it says something already.
   * Owned by the migration unless it is about to be carried out.
   */
  record CreatePlan(String name, MigrationPlanSpec spec, boolean owned) implements Effect {}

  /** Take the owner reference away, so that the plan outlives the migration. */
  record DetachPlan(String name) implements Effect {}

  /**
   * Write what became of a plan. Dispatched is written only where no end is recorded: a leader that
   * was held up must not undo one.
   *
   * @param checks what the verification found; what is recorded stays where it is empty
   * @param checklist what is answered with it; what is recorded stays where it is empty
   */
  record RecordPlan(
      String name,
      String state,
      String message,
      List<CheckResult> checks,
      List<ChecklistItem> checklist)
      implements Effect {

    public RecordPlan {
      checks = List.copyOf(checks);
      checklist = List.copyOf(checklist);
    }

    /** Without a verification. */
    public RecordPlan(String name, String state, String message) {
      this(name, state, message, List.of(), List.of());
    }

    /** The same, with the checklist as it is then. */
    RecordPlan with(List<ChecklistItem> answered) {
      return new RecordPlan(name, state, message, checks, answered);
    }
  }

  /**
   * Write the checklist of a plan, if nobody has written the plan since it was observed: whoever
   * did has answered it from what is newer.
   */
  record RecordChecklist(String name, List<ChecklistItem> items) implements Effect {

    public RecordChecklist {
      items = List.copyOf(items);
    }
  }

  /**
   * Tell a pod that waits with its plan what to do.
   *
   * @param answer the plan's hash: it is recorded, go on; {@link Whimbrel#PLAN_REFUSED}: end
   */
  record AnnotatePod(String pod, String answer) implements Effect {}

  /**
   * Take the Lease, if nobody holds it, or if this holder still does and, by a live read, is at
   * rest or gone: a leader that was held up must not take it from who has gone on.
   */
  record AcquireLease(String name, Optional<String> from) implements Effect {}

  /**
   * Give the Lease back, if this run holds it and, by a live read of the migration, has nothing
   * dispatched and is not unresolved: a leader that was held up must not free what is in use.
   *
   * @param holder run UID; not always the run that the status is about by now
   */
  record ReleaseLease(String name, String holder) implements Effect {}

  /** With the optimistic lock of the migration as it was persisted. */
  record AddFinalizer() implements Effect {}

  /** With the optimistic lock of the migration as it was persisted. */
  record RemoveFinalizer() implements Effect {}

  /** Write how an approval was judged, unless it has been. */
  record JudgeApproval(String name, boolean accepted, String reason, String message)
      implements Effect {}

  /** An Event on the migration. Never fails a reconciliation. */
  record Announce(boolean warning, String reason, String message) implements Effect {}

  /** Delete plans and finished Jobs that are no longer kept. */
  record Prune() implements Effect {}
}
