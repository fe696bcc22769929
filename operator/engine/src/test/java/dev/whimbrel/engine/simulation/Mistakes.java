package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationApprovalStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.engine.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an operator with a {@link Weaknesses.Weakness} takes for true. */
final class Mistakes {

  private Mistakes() {}

  /** An approval of anything becomes an accepted approval of the plan there is. */
  static MigrationApproval accepted(
      MigrationApproval approval, Optional<DatabaseMigration> migration) {
    PlanReference plan =
        migration
            .map(DatabaseMigration::getStatus)
            .map(DatabaseMigrationStatus::plan)
            .filter(reference -> reference.uid() != null)
            .orElse(null);
    MigrationApprovalSpec spec = approval.getSpec();
    if (plan == null || spec.plan() == null) {
      return approval;
    }
    MigrationApproval taken = new MigrationApproval();
    taken.setMetadata(approval.getMetadata());
    taken.setSpec(
        new MigrationApprovalSpec(
            spec.migration(),
            "Approve",
            new ApprovedPlan(plan.name(), plan.uid(), plan.hash()),
            null,
            null,
            spec.approver()));
    taken.setStatus(new MigrationApprovalStatus("Accepted", "Accepted", "", null));
    return taken;
  }

  /** An earlier plan, as if what is planned now were its end. */
  static MigrationPlan endingWith(MigrationPlan earlier, MigrationPlanSpec plan) {
    List<PlannedRevision> revisions = new ArrayList<>();
    revisions.add(earlier.getSpec().recorded().getFirst());
    revisions.addAll(plan.revisions());
    return with(earlier, plan.to(), revisions);
  }

  /** The plan, as if none of its ways back discarded anything. */
  static MigrationPlan reversible(MigrationPlan plan) {
    return with(
        plan,
        plan.getSpec().to(),
        plan.getSpec().revisions().stream().map(Mistakes::reversible).toList());
  }

  private static MigrationPlan with(
      MigrationPlan plan, String to, List<PlannedRevision> revisions) {
    MigrationPlanSpec spec = plan.getSpec();
    MigrationPlan taken = new MigrationPlan();
    taken.setMetadata(plan.getMetadata());
    taken.setStatus(plan.getStatus());
    taken.setSpec(
        new MigrationPlanSpec(
            spec.migration(),
            spec.run(),
            spec.hash(),
            spec.risk(),
            spec.riskReasons(),
            spec.from(),
            to,
            spec.direction(),
            spec.continues(),
            spec.database(),
            spec.tool(),
            spec.settings(),
            revisions,
            spec.findings(),
            spec.fingerprint(),
            spec.online(),
            spec.facts()));
    return taken;
  }

  private static PlannedRevision reversible(PlannedRevision revision) {
    return new PlannedRevision(
        revision.version(),
        revision.description(),
        revision.script(),
        revision.kind(),
        revision.hash(),
        revision.checksum(),
        revision.transactional(),
        revision.risk(),
        revision.sql(),
        revision.code(),
        new WayBack(WayBack.REVERSIBLE, "any", List.of()));
  }

  /** The status, as if no plan were on hold. */
  static DatabaseMigrationStatus unheld(DatabaseMigrationStatus status) {
    return with(status, null, status.rollout());
  }

  /** The status, as if what was found of the application before were true of a new run. */
  static DatabaseMigrationStatus keepingRollout(
      DatabaseMigrationStatus status, RolloutStatus before) {
    boolean superseded = status.rollout() != null && "Superseded".equals(status.rollout().state());
    boolean passed = before != null && "Passed".equals(before.state());
    return superseded && passed ? with(status, status.hold(), before) : status;
  }

  /** The split that was recorded, as if it were of the revision before. */
  static TrafficStatus guessed(TrafficStatus split) {
    return new TrafficStatus(
        split.service(),
        split.recordedAt(),
        split.latestReadyRevision(),
        List.of(new TrafficShare("api-0", 100, null)),
        split.run(),
        split.databaseRevision());
  }

  private static DatabaseMigrationStatus with(
      DatabaseMigrationStatus status, String hold, RolloutStatus rollout) {
    return new DatabaseMigrationStatus(
        status.observedGeneration(),
        status.phase(),
        status.message(),
        status.currentRevision(),
        status.plan(),
        status.backup(),
        status.run(),
        status.conditions(),
        status.history(),
        status.lastHandledRetry(),
        hold,
        status.sourceDigest(),
        status.restorePoint(),
        status.verified(),
        rollout,
        status.restored(),
        status.checks(),
        status.traffic(),
        status.trafficRestore());
  }

  /** The answers, as if whatever is not known were so. */
  static List<ChecklistItem> confident(List<ChecklistItem> items) {
    return items.stream()
        .map(item ->
            item.answer().equals(ChecklistItem.UNKNOWN)
                ? new ChecklistItem(ChecklistItem.YES, item.item(), item.stage(), item.why())
                : item)
        .toList();
  }

  static Effect.CreateJob owned(Effect.CreateJob create) {
    return new Effect.CreateJob(
        create.name(),
        create.attempt(),
        create.steps(),
        create.plan(),
        create.gate(),
        true,
        create.deadline());
  }

  /** An effect in one line. */
  static String shortened(Effect effect) {
    String text = effect.toString();
    return text.length() > 160 ? text.substring(0, 160) + "…" : text;
  }
}
