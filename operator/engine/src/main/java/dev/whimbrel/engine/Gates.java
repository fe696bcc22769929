package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What stands between a recorded plan and its first statement. Asked after planning, after each
 * gate, and once more right before dispatch, so that there is one place where the answer is made.
 */
public final class Gates {

  private static final Duration MAX_AGE_WITH_RECOVERY = Duration.ofHours(24);
  private static final Duration MAX_AGE_WITHOUT = Duration.ofHours(1);

  private Gates() {}

  /** The phase that the plan has to go through next: MIGRATING where no gate is left. */
  static Phase next(Draft draft) {
    Spec spec = draft.spec;
    boolean needsBackup = spec.backup().requires(risk(draft.plan));
    boolean needsApproval = spec.approval().requires(risk(draft.plan));
    if (needsBackup && spec.backupBeforeApproval() && !hasBackup(draft)) {
      return Phase.BACKING_UP;
    }
    if (needsApproval && approvers(draft).size() < spec.approvals()) {
      return Phase.AWAITING_APPROVAL;
    }
    if (needsBackup && !isFresh(draft)) {
      return Phase.BACKING_UP;
    }
    return Phase.MIGRATING;
  }

  /** Whether the plan waits, or waited, for people at all. */
  static boolean needsApproval(Draft draft) {
    return draft.spec.approval().requires(risk(draft.plan));
  }

  static Risk risk(PlanReference plan) {
    return Risk.of(plan.risk());
  }

  /**
   * Names of the different people whose accepted approval covers exactly this plan, or the one
   * whose rest it is.
   */
  static List<String> approvers(Draft draft) {
    PlanReference earlier = Continuation.of(draft).orElse(null);
    return draft.world.approvals().stream()
        .filter(Gates::accepted)
        .filter(a -> covers(a.getSpec(), draft.plan) || covers(a.getSpec(), earlier))
        .filter(approval -> "Approve".equals(approval.getSpec().decision()))
        .map(approval -> approval.getSpec().approver())
        .distinct()
        .sorted()
        .toList();
  }

  /** Whether the operator has accepted it. */
  public static boolean accepted(MigrationApproval approval) {
    return approval.getStatus() != null && "Accepted".equals(approval.getStatus().result());
  }

  /** Name, UID and hash must all match. */
  public static boolean covers(MigrationApprovalSpec approval, PlanReference plan) {
    return plan != null
        && approval.plan() != null
        && approval.plan().name().equals(plan.name())
        && approval.plan().uid().equals(plan.uid())
        && approval.plan().hash().equals(plan.hash());
  }

  static boolean hasBackup(Draft draft) {
    return draft.backup != null && draft.backup.id() != null;
  }

  /** Age counts from the start of the backup: what was written later is not in it. */
  static boolean isFresh(Draft draft) {
    if (!hasBackup(draft) || draft.backup.startedAt() == null) {
      return false;
    }
    Instant started = Instant.parse(draft.backup.startedAt());
    return draft.now.isBefore(started.plus(Durations.parse(draft.backup.maxAge())));
  }

  /** How old a backup may be, in the words of the spec. */
  static String maxAge(Spec spec, boolean pointInTimeRecovery) {
    return spec.backupMaxAge()
        .orElse((pointInTimeRecovery ? MAX_AGE_WITH_RECOVERY : MAX_AGE_WITHOUT).toHours() + "h");
  }
}
