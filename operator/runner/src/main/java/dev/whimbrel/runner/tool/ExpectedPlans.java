package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import java.util.List;

/** What carrying out a plan needs to know of it. */
public final class ExpectedPlans {

  private ExpectedPlans() {}

  /** The short form of a plan that was made in this Job. */
  public static ExpectedPlan of(MigrationPlanSpec plan) {
    return new ExpectedPlan(
        plan.hash(),
        plan.from() == null ? "" : plan.from(),
        plan.to(),
        plan.fingerprint(),
        MigrationPlanSpec.DOWNGRADE.equals(plan.direction()),
        plan.settings(),
        plan.revisions().stream().map(ExpectedPlans::revision).toList());
  }

  /**
   * The revisions that leave a trace in the history; callbacks have neither version nor checksum.
   */
  public static List<ExpectedRevision> recorded(ExpectedPlan plan) {
    return plan.revisions().stream()
        .filter(revision -> isVersioned(revision) || revision.checksum() != null)
        .toList();
  }

  private static boolean isVersioned(ExpectedRevision revision) {
    return revision.version() != null && !revision.version().isEmpty();
  }

  private static ExpectedRevision revision(PlannedRevision revision) {
    return new ExpectedRevision(
        revision.version(),
        revision.script(),
        revision.checksum(),
        !Boolean.FALSE.equals(revision.transactional()),
        revision.undo() == null ? null : revision.undo().hash());
  }
}
