package dev.whimbrel.engine.restore;

import dev.whimbrel.engine.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** The conditions of a restore: Ready, Reconciling and Stalled for tools, the others for people. */
final class RestoreConditions {

  private RestoreConditions() {}

  /** Reason of the Ready condition: the status's own reason. */
  static String reason(List<Condition> conditions) {
    return Conditions.reason(conditions);
  }

  static List<Condition> of(RestoreDraft draft, List<Condition> before) {
    RestorePhase phase = draft.phase;
    boolean stalled = phase.resting() && phase != RestorePhase.SUCCEEDED;
    Long generation = draft.restore().getMetadata().getGeneration();
    Conditions conditions = new Conditions(before, draft.now, generation == null ? 1 : generation);
    conditions.add(Conditions.READY, phase == RestorePhase.SUCCEEDED, draft.reason, draft.message);
    conditions.add(
        Conditions.RECONCILING, !phase.resting(), phase.resting() ? "AtRest" : draft.reason, "");
    conditions.add(
        Conditions.STALLED,
        stalled,
        stalled ? draft.reason : "NotStalled",
        stalled ? draft.message : "");
    conditions.add(
        "Planned",
        draft.plan != null,
        draft.plan == null ? "NotYet" : "PlanRecorded",
        draft.plan == null ? "" : "plan " + draft.plan.name());
    approved(draft, conditions);
    boolean restored = draft.restoredAt != null && phase != RestorePhase.UNRESOLVED;
    conditions.add(
        "Restored",
        restored,
        restored ? "Restored" : "NotYet",
        restored ? "backup " + draft.backup.id() + " is back in instance " + draft.instance : "");
    boolean verified = phase == RestorePhase.SUCCEEDED;
    conditions.add(
        "Verified",
        verified,
        verified ? "Verified" : "NotYet",
        verified ? "the database is at revision " + at(draft.currentRevision) : "");
    return conditions.list();
  }

  private static void approved(RestoreDraft draft, Conditions conditions) {
    if (draft.dispatched || draft.restoredAt != null || draft.phase.resting()) {
      // What was true when Cloud SQL was asked stays true, whatever happens to the objects.
      if (conditions.keep("Approved")) {
        return;
      }
    }
    List<String> approvers = RestoreApprovals.approvers(draft);
    boolean enough = draft.plan != null && approvers.size() >= draft.approvals();
    conditions.add(
        "Approved",
        enough,
        enough ? "Approved" : "NotYet",
        enough
            ? "by " + String.join(", ", approvers) + " (unverified)"
            : approvers.size() + " of " + draft.approvals() + " approvals");
  }

  static String at(String revision) {
    return revision == null || revision.isEmpty() ? "(none)" : revision;
  }
}
