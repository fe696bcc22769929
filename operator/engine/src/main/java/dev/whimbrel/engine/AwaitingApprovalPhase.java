package dev.whimbrel.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** AwaitingApproval. Nothing runs and nothing is held while people think. */
final class AwaitingApprovalPhase {

  private AwaitingApprovalPhase() {}

  static Draft decide(Draft draft) {
    Runs.holdNothing(draft);
    return refused(draft)
        .or(() -> Policies.stop(draft))
        .orElseGet(() -> {
          if (Gates.next(draft) != Phase.AWAITING_APPROVAL) {
            return Runs.proceed(draft);
          }
          Duration left = Duration.between(draft.now, Instant.parse(draft.plan.expiresAt()));
          return draft.await("AwaitingApproval", Runs.approvalMessage(draft), left);
        });
  }

  /** A person said no, or nobody said yes in time. Asked again right before dispatch. */
  static Optional<Draft> refused(Draft draft) {
    if (Approvals.rejected(draft)) {
      return Optional.of(
          draft.rest(
              Phase.REJECTED,
              "Rejected",
              "Plan "
                  + draft.plan.name()
                  + " was rejected: "
                  + rejection(draft)
                  + ". A new spec, or annotation whimbrel.dev/retry, plans again",
              Optional.of("Rejected")));
    }
    if (Gates.needsApproval(draft) && Approvals.isExpired(draft)) {
      return Optional.of(
          draft.rest(
              Phase.REJECTED,
              "Expired",
              "Plan "
                  + draft.plan.name()
                  + " was not approved and carried out before "
                  + draft.plan.expiresAt()
                  + ". Annotation whimbrel.dev/retry plans again",
              Optional.of("Expired")));
    }
    return Optional.empty();
  }

  private static String rejection(Draft draft) {
    return draft.world.approvals().stream()
        .filter(approval -> Approvals.rejects(draft, approval))
        .map(approval -> approval.getSpec())
        .map(spec -> "by " + spec.approver() + (spec.reason() == null ? "" : ", " + spec.reason()))
        .findFirst()
        .orElse("");
  }
}
