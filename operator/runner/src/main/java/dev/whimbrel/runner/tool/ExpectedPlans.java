package dev.whimbrel.runner.tool;

import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.protocol.RunnerInput.ExpectedRevision;
import java.util.List;

/** What the history tells of the revisions of a plan. */
public final class ExpectedPlans {

  private ExpectedPlans() {}

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
}
