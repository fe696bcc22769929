package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.runner.StepEnd;
import java.util.List;
import java.util.Optional;

/** In what a plan that was just made differs from the one that was decided on. */
public final class PlanComparison {

  private PlanComparison() {}

  /** The difference, as the end of a step that runs nothing; empty where there is none. */
  public static Optional<StepEnd> difference(ExpectedPlan expected, MigrationPlanSpec now) {
    String from = expected.from() == null ? "" : expected.from();
    if (!from.equals(now.from() == null ? "" : now.from())) {
      return changed(
          "StaleHistory",
          "the database is at version \""
              + now.from()
              + "\", the plan starts at \""
              + expected.from()
              + "\"");
    }
    if (!expected.hash().equals(now.hash())) {
      List<String> before = scripts(expected);
      List<String> after = ExpectedPlan.of(now).revisions().stream().map(r -> r.script()).toList();
      boolean reordered =
          !before.equals(after)
              && before.stream().sorted().toList().equals(after.stream().sorted().toList());
      return reordered
          ? changed(
              "StaleOrder", "the pending revisions are the same but in another order: " + after)
          : changed("StaleContent", content(before, after));
    }
    if (expected.fingerprint() != null && !expected.fingerprint().equals(now.fingerprint())) {
      return changed(
          "StaleSchema",
          "the catalog has changed since the plan was made: somebody else changes this database");
    }
    return Optional.empty();
  }

  private static String content(List<String> before, List<String> after) {
    return before.equals(after)
        ? "a script, a setting or the database itself is not what it was when the plan was made"
        : "other revisions are pending now: " + after + " instead of " + before;
  }

  private static List<String> scripts(ExpectedPlan plan) {
    return plan.revisions().stream().map(revision -> revision.script()).toList();
  }

  private static Optional<StepEnd> changed(String reason, String what) {
    return Optional.of(StepEnd.planChanged(reason, what + "; nothing ran, plan again"));
  }
}
