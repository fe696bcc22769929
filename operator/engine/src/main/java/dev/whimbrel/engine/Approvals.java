package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import java.time.Instant;

/** Judges the decisions of people: accepted, refused with a reason, or left for later. */
final class Approvals {

  private Approvals() {}

  /** Judges every approval that has no result yet. */
  static void judge(Draft draft) {
    for (MigrationApproval approval : draft.world.approvals()) {
      if (approval.getStatus() == null || approval.getStatus().result() == null) {
        judge(draft, approval);
      }
    }
  }

  private static void judge(Draft draft, MigrationApproval approval) {
    switch (approval.getSpec().decision()) {
      case "Approve", "Reject" -> aboutPlan(draft, approval);
      case "Acknowledge" ->
          aboutRun(
              draft,
              approval,
              draft.phase == Phase.UNRESOLVED,
              "only an unresolved run can be acknowledged; this one is " + phase(draft));
      case "Abort" ->
          aboutRun(
              draft,
              approval,
              draft.run.dispatched,
              "nothing is running; reject the plan, or set spec.suspend, to stop what comes next");
      default -> refuse(draft, approval, "UnknownDecision", "not a decision this operator knows");
    }
  }

  private static void aboutPlan(Draft draft, MigrationApproval approval) {
    MigrationApprovalSpec spec = approval.getSpec();
    if (draft.plan == null || draft.plan.uid() == null) {
      if (draft.phase == null || draft.phase.resting()) {
        refuse(draft, approval, "NoPlan", "no plan waits for a decision");
      }
      return;
    }
    if (spec.plan() == null) {
      // The API server refuses this by schema; an API without one does not.
      refuse(draft, approval, "PlanMissing", "spec.plan names no plan");
    } else if (!Gates.covers(spec, draft.plan)) {
      refuse(draft, approval, "PlanMismatch", mismatch(draft, spec));
    } else if (draft.phase == Phase.REJECTED && "Reject".equals(spec.decision())) {
      accept(draft, approval);
    } else if (draft.phase.resting() || draft.run.dispatched) {
      refuse(
          draft,
          approval,
          "NotAwaited",
          "plan "
              + draft.plan.name()
              + " does not wait for a decision: the run is "
              + phase(draft));
    } else if (isExpired(draft)) {
      refuse(draft, approval, "Expired", "the plan expired at " + draft.plan.expiresAt());
    } else if (awaits(draft, spec)) {
      accept(draft, approval);
    }
  }

  /**
   * A Reject is accepted where it ends the run in the same decision: the status is written first,
   * with its lock, so that no leader with an older view of the approvals can dispatch after it.
   */
  private static boolean awaits(Draft draft, MigrationApprovalSpec spec) {
    return draft.phase == Phase.AWAITING_APPROVAL
        || draft.phase == Phase.MIGRATING && "Reject".equals(spec.decision());
  }

  private static String mismatch(Draft draft, MigrationApprovalSpec spec) {
    String what =
        !spec.plan().name().equals(draft.plan.name())
            ? "spec.plan.name is " + spec.plan().name()
            : !spec.plan().uid().equals(draft.plan.uid())
                ? "spec.plan.uid is " + spec.plan().uid()
                : "spec.plan.hash is " + spec.plan().hash();
    return what
        + ", but the plan to decide on is "
        + draft.plan.name()
        + " with UID "
        + draft.plan.uid()
        + " and hash "
        + draft.plan.hash()
        + ": read that plan and decide again";
  }

  private static void aboutRun(
      Draft draft, MigrationApproval approval, boolean awaited, String otherwise) {
    if (!draft.runUid().equals(approval.getSpec().run())) {
      refuse(draft, approval, "RunMismatch", "the run to decide on is " + draft.runUid());
    } else if (awaited) {
      accept(draft, approval);
    } else {
      refuse(draft, approval, "NotAwaited", otherwise);
    }
  }

  private static void accept(Draft draft, MigrationApproval approval) {
    draft
        .effect(
            new Effect.JudgeApproval(
                approval.getMetadata().getName(),
                true,
                "Accepted",
                "decided by " + approval.getSpec().approver() + " (unverified)"))
        .effect(
            new Effect.Announce(
                false,
                "ApprovalAccepted",
                "MigrationApproval "
                    + approval.getMetadata().getName()
                    + ": "
                    + approval.getSpec().decision()
                    + " by "
                    + approval.getSpec().approver()
                    + " (unverified)"))
        .lookAgain();
  }

  private static void refuse(
      Draft draft, MigrationApproval approval, String reason, String message) {
    draft
        .effect(new Effect.JudgeApproval(approval.getMetadata().getName(), false, reason, message))
        .effect(
            new Effect.Announce(
                true,
                "ApprovalRefused",
                "MigrationApproval " + approval.getMetadata().getName() + ": " + message));
  }

  /** Whether an accepted decision of this kind is about the run. */
  static boolean accepted(Draft draft, String decision) {
    return draft.world.approvals().stream()
        .filter(Gates::accepted)
        .map(MigrationApproval::getSpec)
        .anyMatch(spec -> decision.equals(spec.decision()) && draft.runUid().equals(spec.run()));
  }

  /** Whether a person has rejected the plan. */
  static boolean rejected(Draft draft) {
    return draft.world.approvals().stream().anyMatch(approval -> rejects(draft, approval));
  }

  /** Whether this decision, accepted already or by this very reading, rejects the plan. */
  static boolean rejects(Draft draft, MigrationApproval approval) {
    boolean unjudged = approval.getStatus() == null || approval.getStatus().result() == null;
    return "Reject".equals(approval.getSpec().decision())
        && Gates.covers(approval.getSpec(), draft.plan)
        && (Gates.accepted(approval) || unjudged && !isExpired(draft));
  }

  static boolean isExpired(Draft draft) {
    return draft.plan.expiresAt() != null
        && !draft.now.isBefore(Instant.parse(draft.plan.expiresAt()));
  }

  private static String phase(Draft draft) {
    return draft.phase == null ? "new" : draft.phase.label();
  }
}
