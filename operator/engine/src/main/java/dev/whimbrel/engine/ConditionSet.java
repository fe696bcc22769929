package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.Threshold;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * The conditions of a migration, shaped for kstatus: Ready, Reconciling and Stalled say what a
 * waiting tool needs; the others say how far the run is. All follow from the status, so they are
 * computed anew with each decision; only the time of the last transition is carried over.
 */
final class ConditionSet {

  static final String READY = Conditions.READY;
  static final String RECONCILING = Conditions.RECONCILING;
  static final String STALLED = Conditions.STALLED;
  static final String PLANNED = "Planned";
  static final String BACKED_UP = "BackedUp";
  static final String APPROVED = "Approved";
  static final String MIGRATED = "Migrated";
  static final String VERIFIED = "Verified";
  static final String ROLLOUT_VERIFIED = "RolloutVerified";

  private final Draft draft;
  private final Conditions conditions;

  private ConditionSet(Draft draft, List<Condition> before) {
    this.draft = draft;
    this.conditions = new Conditions(before, draft.now, draft.observedGeneration());
  }

  /** Reason of the Ready condition: the status's own reason. */
  static String reason(List<Condition> conditions) {
    return Conditions.reason(conditions);
  }

  static boolean isTrue(List<Condition> conditions, String type) {
    return Conditions.isTrue(conditions, type);
  }

  static List<Condition> of(Draft draft, List<Condition> before) {
    return new ConditionSet(draft, before).build();
  }

  private List<Condition> build() {
    Phase phase = draft.phase;
    String reason = draft.reason;
    add(READY, phase == Phase.SUCCEEDED, reason, draft.message);
    add(RECONCILING, !phase.resting(), phase.resting() ? "AtRest" : reason, "");
    add(
        STALLED,
        phase.stalled(),
        phase.stalled() ? reason : "NotStalled",
        phase.stalled() ? draft.message : "");
    planned();
    backedUp();
    approved();
    migrated();
    verified();
    rollout();
    return conditions.list();
  }

  private void planned() {
    PlanReference plan = draft.plan;
    boolean nothing = plan == null && draft.phase == Phase.SUCCEEDED;
    add(
        PLANNED,
        plan != null || nothing,
        plan != null ? "PlanRecorded" : nothing ? "NothingPending" : "NotYet",
        plan == null ? "" : plan.revisions() + " revision(s) in plan " + plan.name());
  }

  private void backedUp() {
    boolean done = draft.backup != null && draft.backup.id() != null;
    boolean required = draft.plan != null && draft.spec.backup().requires(Gates.risk(draft.plan));
    add(
        BACKED_UP,
        done,
        done ? "BackupVerified" : required || draft.plan == null ? "NotYet" : "NotRequired",
        done
            ? "backup " + draft.backup.id() + " started " + draft.backup.startedAt()
            : required || draft.plan == null
                ? ""
                : notRequired("backup", draft.spec.backup(), draft.plan));
  }

  private void approved() {
    if (draft.plan == null) {
      add(APPROVED, false, "NotYet", "");
      return;
    }
    if ((draft.run.dispatched || draft.phase.resting()) && conditions.keep(APPROVED)) {
      // What was true at dispatch stays true for this plan, whatever happens to the objects.
      return;
    }
    boolean required = draft.spec.approval().requires(Gates.risk(draft.plan));
    List<String> approvers = Gates.approvers(draft);
    boolean enough = approvers.size() >= draft.spec.approvals();
    add(
        APPROVED,
        required && enough,
        !required ? "NotRequired" : enough ? "Approved" : "NotYet",
        !required
            ? notRequired("approval", draft.spec.approval(), draft.plan)
            : enough
                ? "by " + String.join(", ", approvers) + " (unverified)" + Continuation.used(draft)
                : approvers.size() + " of " + draft.spec.approvals() + " approvals");
  }

  /** Why this policy of the spec asks for nothing. */
  static String notRequired(String policy, Threshold threshold, PlanReference plan) {
    return "spec." + policy + ".policy is " + threshold.label() + ", the risk is " + plan.risk();
  }

  private void migrated() {
    boolean done =
        draft.phase == Phase.SUCCEEDED
            || draft.phase == Phase.VERIFYING
            || (draft.phase == Phase.FAILED && VerifyingPhase.ended(draft));
    add(
        MIGRATED,
        done,
        done ? "AtTarget" : "NotYet",
        draft.currentRevision == null
            ? ""
            : "the database is at revision "
                + Runs.at(draft.currentRevision)
                + (done || draft.plan == null ? "" : ", the target is " + draft.plan.to()));
  }

  private void verified() {
    boolean done = draft.phase == Phase.SUCCEEDED;
    int checks = draft.spec.checkCount();
    add(
        VERIFIED,
        done,
        done ? "Verified" : "NotYet",
        done ? "the revision and " + checks + " check(s) of spec.verify hold" : "");
  }

  /** Only where somebody asked: a condition that nobody waits for would say False for ever. */
  private void rollout() {
    RolloutStatus rollout = draft.rollout;
    if (rollout != null) {
      add(
          ROLLOUT_VERIFIED,
          "Passed".equals(rollout.state()),
          rollout.state(),
          rollout.message() == null ? "" : rollout.message());
    }
  }

  private void add(String type, boolean value, String reason, String message) {
    conditions.add(type, value, reason, message);
  }
}
