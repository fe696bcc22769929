package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.runner.StepFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A plan as an object of Kubernetes can hold it. Long texts are cut, the longest first, and say
 * where the rest is; many findings of one rule are counted. The hash of the plan is over the whole
 * bytes, which the rules have read too: nothing that is not shown is unbound or unjudged.
 */
public final class ShownPlan {

  /** The plan that the operator writes stays below 512 KiB: it adds where the plan was made. */
  static final int MOST_BYTES = 448 * 1024;

  /** Of SQL and code, and less where the rest of the plan needs the place. */
  private static final int[] TEXT_BYTES = {256 * 1024, 128 * 1024, 64 * 1024, 16 * 1024};

  private ShownPlan() {}

  /**
   * The plan as it is shown; the same object where nothing has to be cut.
   *
   * @param whole where all of a revision can be read, as a sentence
   * @throws StepFailure where it cannot be made small enough
   */
  public static MigrationPlanSpec of(
      MigrationPlanSpec plan, Function<PlannedRevision, String> whole) {
    MigrationPlanSpec counted = FoldedFindings.of(plan);
    for (int budget : TEXT_BYTES) {
      MigrationPlanSpec shown = cut(counted, budget, whole);
      if (Json.utf8(Json.write(shown)) <= MOST_BYTES) {
        return shown;
      }
    }
    throw StepFailure.permanent(
        "PlanTooLarge",
        "the plan has more than "
            + MOST_BYTES / 1024
            + " KiB although its SQL is cut: plan fewer revisions at a time, with the target of"
            + " spec.source");
  }

  private static MigrationPlanSpec cut(
      MigrationPlanSpec plan, int budget, Function<PlannedRevision, String> whole) {
    long share = share(plan.revisions().stream().flatMap(r -> sizes(r).stream()).toList(), budget);
    return plan.withRevisions(
        plan.revisions().stream().map(revision -> cut(revision, share, whole)).toList());
  }

  private static PlannedRevision cut(
      PlannedRevision revision, long share, Function<PlannedRevision, String> whole) {
    List<String> cut = new ArrayList<>();
    List<String> sql = cut("sql", revision.sql(), "-- ", share, cut);
    List<String> code = cut("code", revision.code(), "# ", share, cut);
    WayBack undo = revision.undo();
    if (undo != null) {
      undo = new WayBack(undo.grade(), undo.hash(), cut("undo.sql", undo.sql(), "-- ", share, cut));
    }
    return cut.isEmpty()
        ? revision
        : revision.shown(
            sql,
            code,
            undo,
            String.join(", ", cut)
                + ". The plan's hash covers the whole, and the rules have read it. "
                + whole.apply(revision));
  }

  private static List<String> cut(
      String name, List<String> lines, String comment, long share, List<String> cut) {
    long all = size(lines);
    if (all <= share) {
      return lines;
    }
    List<String> shown = new ArrayList<>();
    long used = 0;
    for (String line : lines) {
      used += size(line);
      if (used > share) {
        break;
      }
      shown.add(line);
    }
    cut.add(
        String.format(
            Locale.ROOT,
            "%s shows %,d of %,d lines (%,d KiB)",
            name,
            shown.size(),
            lines.size(),
            all / 1024));
    shown.add(
        comment
            + String.format(
                Locale.ROOT,
                "... cut here: %,d more lines, see \"cut\"",
                lines.size() - shown.size()));
    return shown;
  }

  /** How long a text may be, so that all together keep to the budget: short ones stay whole. */
  private static long share(List<Long> sizes, long budget) {
    List<Long> ascending = sizes.stream().sorted().toList();
    long left = budget;
    for (int i = 0; i < ascending.size(); i++) {
      long share = left / (ascending.size() - i);
      if (ascending.get(i) > share) {
        return share;
      }
      left -= ascending.get(i);
    }
    return budget;
  }

  private static List<Long> sizes(PlannedRevision revision) {
    WayBack undo = revision.undo();
    return List.of(
        size(revision.sql()), size(revision.code()), undo == null ? 0 : size(undo.sql()));
  }

  /** UTF-8 bytes of lines with their ends. */
  static long size(List<String> lines) {
    return lines.stream().mapToLong(ShownPlan::size).sum();
  }

  private static long size(String line) {
    return line.getBytes(StandardCharsets.UTF_8).length + 1L;
  }
}
