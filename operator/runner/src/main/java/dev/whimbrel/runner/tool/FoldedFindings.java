package dev.whimbrel.runner.tool;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Findings that somebody can read: of one rule in one script the first few, and how many more there
 * are. Ten thousand statements of one kind are one thing to decide.
 */
final class FoldedFindings {

  /** Of one rule in one script. */
  static final int SHOWN = 20;

  private FoldedFindings() {}

  static MigrationPlanSpec of(MigrationPlanSpec plan) {
    return plan.withGeneral(of(plan.general()))
        .withRevisions(
            plan.revisions().stream()
                .map(revision -> revision.assessed(revision.risk(), of(revision.sqlFindings())))
                .toList());
  }

  static List<Finding> of(List<Finding> findings) {
    Map<Kind, Integer> counts = new HashMap<>();
    findings.forEach(finding -> counts.merge(Kind.of(finding), 1, Integer::sum));
    Map<Kind, Integer> shown = new HashMap<>();
    List<Finding> folded = new ArrayList<>();
    for (Finding finding : findings) {
      Kind kind = Kind.of(finding);
      int number = shown.merge(kind, 1, Integer::sum);
      // One that is alone above the limit is shorter than the sentence that would stand for it.
      int rest = counts.get(kind) - SHOWN;
      if (number <= SHOWN || rest == 1) {
        folded.add(finding);
      } else if (number == SHOWN + 1) {
        folded.add(rest(finding, rest));
      }
    }
    return folded;
  }

  private static Finding rest(Finding first, int count) {
    return new Finding(
            first.rule(),
            first.risk(),
            String.format(Locale.ROOT, "and %,d more of the same rule, from here on", count),
            first.script(),
            first.line())
        .standingFor(first.standsFor());
  }

  /** What is the same to a reader. */
  private record Kind(String rule, String risk, String script, String standsFor) {

    static Kind of(Finding finding) {
      return new Kind(finding.rule(), finding.risk(), finding.script(), finding.standsFor());
    }
  }
}
