package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.api.v1alpha1.MigrationApprovalSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A run that was interrupted between two revisions goes on with the rest of its plan. What people
 * approved then covers the rest too, and nothing else does: the one exception to the rule that an
 * approval covers one plan. That it is the rest is proven from both plans, read live; what the
 * runner says is only where to look.
 */
final class Continuation {

  private Continuation() {}

  /** The plan whose approvals cover the present one, because it is the rest of it. */
  static Optional<PlanReference> of(Draft draft) {
    PlanReference earlier = draft.run.continues;
    if (earlier == null || draft.plan == null || earlier.expiresAt() == null) {
      return Optional.empty();
    }
    boolean proven =
        draft
            .world
            .plan()
            .map(MigrationPlan::getSpec)
            .filter(plan -> plan.hash().equals(draft.plan.hash()) && claims(plan, earlier))
            .flatMap(plan ->
                draft
                    .world
                    .earlier()
                    .filter(before -> is(before, earlier))
                    .filter(before -> isRest(plan, before.getSpec())))
            .isPresent();
    return proven
            && draft.now.isBefore(Instant.parse(earlier.expiresAt()))
            && !isRejected(draft, earlier)
        ? Optional.of(earlier)
        : Optional.empty();
  }

  /** What a plan continues that is made after the present one was carried out in part. */
  static PlanReference next(Draft draft) {
    return of(draft).filter(earlier -> isApproved(draft, earlier)).orElse(draft.plan);
  }

  /** In words, where the approvals of another plan count for the present one; else empty. */
  static String used(Draft draft) {
    return Gates.needsApproval(draft)
        ? of(draft)
            .map(earlier ->
                "; it is the rest of plan " + earlier.name() + ", whose approval covers it")
            .orElse("")
        : "";
  }

  private static boolean claims(MigrationPlanSpec plan, PlanReference earlier) {
    ApprovedPlan continues = plan.continues();
    return continues != null
        && continues.name().equals(earlier.name())
        && continues.uid().equals(earlier.uid())
        && continues.hash().equals(earlier.hash());
  }

  private static boolean is(MigrationPlan plan, PlanReference reference) {
    return plan.getMetadata().getName().equals(reference.name())
        && plan.getMetadata().getUid().equals(reference.uid())
        && plan.getSpec().hash().equals(reference.hash());
  }

  /** All that a hash binds is the same but for where it begins. */
  private static boolean isRest(MigrationPlanSpec plan, MigrationPlanSpec before) {
    List<List<Object>> all = bound(before.recorded());
    List<List<Object>> rest = bound(plan.recorded());
    int done = all.size() - rest.size();
    return done > 0
        && !rest.isEmpty()
        && all.subList(done, all.size()).equals(rest)
        && callbacks(plan).equals(callbacks(before))
        && Objects.equals(plan.to(), before.to())
        && Objects.equals(plan.direction(), before.direction())
        && Objects.equals(plan.tool(), before.tool())
        && plan.settings().equals(before.settings())
        && Objects.equals(plan.database(), before.database())
        && Objects.equals(plan.source(), before.source())
        && Objects.equals(plan.image(), before.image());
  }

  /** They run with the rest as they ran with what is in. */
  private static List<List<Object>> callbacks(MigrationPlanSpec plan) {
    return bound(plan.revisions().stream().filter(other -> !other.leavesTrace()).toList());
  }

  private static List<List<Object>> bound(List<PlannedRevision> revisions) {
    return revisions.stream().map(Continuation::bound).toList();
  }

  private static List<Object> bound(PlannedRevision revision) {
    WayBack undo = revision.undo();
    return List.of(
        revision.script(),
        Objects.toString(revision.kind(), ""),
        revision.hash(),
        undo == null ? "" : Objects.toString(undo.hash(), ""),
        !Boolean.FALSE.equals(revision.transactional()));
  }

  /** By whatever decision, even one that came too late to stop the plan itself. */
  private static boolean isRejected(Draft draft, PlanReference earlier) {
    return draft.world.approvals().stream()
        .map(approval -> approval.getSpec())
        .anyMatch(spec -> "Reject".equals(spec.decision()) && Gates.covers(spec, earlier));
  }

  private static boolean isApproved(Draft draft, PlanReference earlier) {
    return draft.world.approvals().stream()
        .filter(Gates::accepted)
        .map(approval -> approval.getSpec())
        .anyMatch(spec -> approves(spec, earlier));
  }

  private static boolean approves(MigrationApprovalSpec spec, PlanReference plan) {
    return "Approve".equals(spec.decision()) && Gates.covers(spec, plan);
  }
}
