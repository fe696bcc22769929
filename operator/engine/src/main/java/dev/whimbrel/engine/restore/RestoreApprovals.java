package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Gates;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Judges the decisions of people about a restore. */
final class RestoreApprovals {

  private RestoreApprovals() {}

  /** Judges every approval that has no result yet. */
  static void judge(RestoreDraft draft) {
    for (MigrationApproval approval : draft.world.approvals()) {
      if (unjudged(approval)) {
        judge(draft, approval);
      }
    }
  }

  private static void judge(RestoreDraft draft, MigrationApproval approval) {
    MigrationApprovalSpec spec = approval.getSpec();
    switch (spec.decision()) {
      case "Approve", "Reject" -> aboutPlan(draft, approval);
      case "Acknowledge" -> {
        if (!draft.uid().equals(spec.run())) {
          refuse(draft, approval, "RunMismatch", "spec.run of a restore is its UID " + draft.uid());
        } else if (draft.phase != RestorePhase.UNRESOLVED) {
          refuse(draft, approval, "NotAwaited", "only an unresolved restore can be acknowledged");
        } else {
          accept(draft, approval);
        }
      }
      default ->
          refuse(
              draft, approval, "UnknownDecision", "a restore cannot be told to " + spec.decision());
    }
  }

  private static void aboutPlan(RestoreDraft draft, MigrationApproval approval) {
    MigrationApprovalSpec spec = approval.getSpec();
    if (draft.plan == null || draft.plan.uid() == null) {
      if (draft.phase != null && draft.phase.resting()) {
        refuse(draft, approval, "NoPlan", "no plan waits for a decision");
      }
    } else if (!Gates.covers(spec, draft.plan)) {
      refuse(
          draft,
          approval,
          "PlanMismatch",
          "the plan to decide on is "
              + draft.plan.name()
              + " with UID "
              + draft.plan.uid()
              + " and hash "
              + draft.plan.hash()
              + ": read that plan and decide again");
    } else if (draft.phase == RestorePhase.REJECTED && "Reject".equals(spec.decision())) {
      accept(draft, approval);
    } else if (draft.phase.resting() || draft.phase == RestorePhase.VERIFYING || draft.dispatched) {
      refuse(
          draft,
          approval,
          "NotAwaited",
          "plan "
              + draft.plan.name()
              + " does not wait for a decision: the restore is "
              + draft.phase.label());
    } else if (isExpired(draft)) {
      refuse(draft, approval, "Expired", "the plan expired at " + draft.plan.expiresAt());
    } else if (awaits(draft, spec)) {
      accept(draft, approval);
    }
  }

  private static boolean awaits(RestoreDraft draft, MigrationApprovalSpec spec) {
    return draft.phase == RestorePhase.AWAITING_APPROVAL
        || draft.phase == RestorePhase.RESTORING && "Reject".equals(spec.decision());
  }

  private static void accept(RestoreDraft draft, MigrationApproval approval) {
    draft
        .effect(
            new Effect.JudgeApproval(
                name(approval),
                true,
                "Accepted",
                "decided by " + approval.getSpec().approver() + " (unverified)"))
        .effect(
            new Effect.Announce(
                false,
                "ApprovalAccepted",
                "MigrationApproval "
                    + name(approval)
                    + ": "
                    + approval.getSpec().decision()
                    + " by "
                    + approval.getSpec().approver()
                    + " (unverified)"))
        .lookAgain();
  }

  private static void refuse(
      RestoreDraft draft, MigrationApproval approval, String reason, String message) {
    draft
        .effect(new Effect.JudgeApproval(name(approval), false, reason, message))
        .effect(
            new Effect.Announce(
                true, "ApprovalRefused", "MigrationApproval " + name(approval) + ": " + message));
  }

  /** Names of the different people whose accepted approval covers exactly this plan. */
  static List<String> approvers(RestoreDraft draft) {
    return draft.world.approvals().stream()
        .filter(Gates::accepted)
        .map(MigrationApproval::getSpec)
        .filter(spec -> "Approve".equals(spec.decision()) && Gates.covers(spec, draft.plan))
        .map(MigrationApprovalSpec::approver)
        .distinct()
        .sorted()
        .toList();
  }

  /** The end of a plan before anything of it is carried out: deleted, or {@link #refused}. */
  static Optional<RestoreDraft> ended(RestoreDraft draft) {
    return draft.world.plan().isEmpty()
        ? Optional.of(
            draft.rest(
                RestorePhase.FAILED,
                "PlanLost",
                "MigrationPlan " + draft.plan.name() + " was deleted; nothing was restored"))
        : refused(draft);
  }

  /** The end of a plan that a person rejects, or that nobody approved in time. */
  private static Optional<RestoreDraft> refused(RestoreDraft draft) {
    Optional<MigrationApprovalSpec> no =
        draft.world.approvals().stream()
            .filter(approval -> "Reject".equals(approval.getSpec().decision()))
            .filter(approval -> Gates.covers(approval.getSpec(), draft.plan))
            .filter(approval -> Gates.accepted(approval) || unjudged(approval) && !isExpired(draft))
            .map(MigrationApproval::getSpec)
            .findFirst();
    if (no.isPresent()) {
      return Optional.of(
          draft.rest(
              RestorePhase.REJECTED,
              "Rejected",
              "Plan "
                  + draft.plan.name()
                  + " was rejected by "
                  + no.get().approver()
                  + (no.get().reason() == null ? "" : ", " + no.get().reason())
                  + "; nothing was restored"));
    }
    return isExpired(draft)
        ? Optional.of(
            draft.rest(
                RestorePhase.REJECTED,
                "Expired",
                "Plan "
                    + draft.plan.name()
                    + " was not approved and carried out before "
                    + draft.plan.expiresAt()
                    + "; nothing was restored. Create another DatabaseRestore"))
        : Optional.empty();
  }

  static boolean isAcknowledged(RestoreDraft draft) {
    return draft.world.approvals().stream()
        .filter(Gates::accepted)
        .map(MigrationApproval::getSpec)
        .anyMatch(spec -> "Acknowledge".equals(spec.decision()) && draft.uid().equals(spec.run()));
  }

  private static boolean isExpired(RestoreDraft draft) {
    return draft.plan.expiresAt() != null
        && !draft.now.isBefore(Instant.parse(draft.plan.expiresAt()));
  }

  private static boolean unjudged(MigrationApproval approval) {
    return approval.getStatus() == null || approval.getStatus().result() == null;
  }

  private static String name(MigrationApproval approval) {
    return approval.getMetadata().getName();
  }
}
