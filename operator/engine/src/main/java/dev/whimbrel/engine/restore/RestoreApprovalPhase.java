package dev.whimbrel.engine.restore;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** AwaitingApproval. Nothing runs and nothing is held while people think. */
final class RestoreApprovalPhase {

  private RestoreApprovalPhase() {}

  static RestoreDraft decide(RestoreDraft draft) {
    Optional<RestoreDraft> ended = RestoreApprovals.ended(draft);
    if (ended.isPresent()) {
      return ended.get();
    }
    if (RestoreApprovals.approvers(draft).size() >= draft.approvals()) {
      return draft.enter(
          RestorePhase.RESTORING,
          "Restoring",
          "Plan " + draft.plan.name() + " is about to be carried out");
    }
    return draft.await(
        "AwaitingApproval",
        message(draft),
        Duration.between(draft.now, Instant.parse(draft.plan.expiresAt())));
  }

  static String message(RestoreDraft draft) {
    int missing = draft.approvals() - RestoreApprovals.approvers(draft).size();
    return "Plan "
        + draft.plan.name()
        + " needs "
        + missing
        + (missing == 1 ? " approval" : " approvals")
        + " (risk High"
        + draft
            .world
            .plan()
            .map(plan -> ": " + String.join("; ", plan.getSpec().riskReasons()))
            .orElse("")
        + "). Read it: kubectl describe mplan "
        + draft.plan.name()
        + ". It names a clone to look at first, which replaces nothing. Then create a"
        + " MigrationApproval with spec.restore "
        + draft.name()
        + " and the plan's name, UID and hash before "
        + draft.plan.expiresAt();
  }
}
