package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.Catalog;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** In what a plan that was just made differs from the one that was decided on. */
public final class PlanComparison {

  private static final int NAMED = 5;

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
    return schema(expected, now);
  }

  private static Optional<StepEnd> schema(ExpectedPlan expected, MigrationPlanSpec now) {
    if (!expected.relations().isEmpty()) {
      List<String> changed =
          Stream.concat(expected.relations().keySet().stream(), now.relations().keySet().stream())
              .distinct()
              .filter(name -> !isSame(expected.relations().get(name), now.relations().get(name)))
              .sorted()
              .toList();
      return changed.isEmpty()
          ? Optional.empty()
          : changed(
              "StaleSchema",
              "not as it was when the plan was made is "
                  + changed.stream()
                      .limit(NAMED)
                      .map(name -> described(name, expected, now))
                      .collect(Collectors.joining(", "))
                  + (changed.size() > NAMED ? " and " + (changed.size() - NAMED) + " more" : "")
                  + ": somebody else changes this database");
    }
    if (expected.fingerprint() != null && !expected.fingerprint().equals(now.fingerprint())) {
      return changed(
          "StaleSchema",
          "the catalog has changed since the plan was made: somebody else changes this database");
    }
    return Optional.empty();
  }

  /** A name that meant nothing means nothing still, or is told of by what it means now. */
  private static boolean isSame(String before, String after) {
    return before == null
        ? after.equals(Catalog.ABSENT)
        : before.equals(after) || after == null && before.equals(Catalog.ABSENT);
  }

  private static String described(String name, ExpectedPlan expected, MigrationPlanSpec now) {
    String before = expected.relations().get(name);
    String after = now.relations().get(name);
    if (after == null || after.equals(Catalog.ABSENT)) {
      return name + " (it is gone)";
    }
    return before == null || before.equals(Catalog.ABSENT) ? name + " (it is new)" : name;
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
