package dev.whimbrel.quickstart.stage;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan as one reads it before deciding: what runs, what is risky about it, what is saved. */
final class PlanText {

  private PlanText() {}

  static List<String> of(MigrationPlan plan, Optional<BackupStatus> backup) {
    MigrationPlanSpec spec = plan.getSpec();
    List<String> lines = new ArrayList<>();
    lines.add("MigrationPlan " + plan.getMetadata().getName());
    lines.add(
        "  from %s to %s on database %s, risk %s"
            .formatted(
                spec.from() == null ? "an empty history" : spec.from(),
                spec.to(),
                spec.migration().name(),
                spec.risk()));
    if (MigrationPlanSpec.DOWNGRADE.equals(spec.direction())) {
      lines.add("  a downgrade: the revisions are undone, newest first");
    }
    if (spec.impact() != null) {
      lines.add("  " + spec.impact().text());
    }
    lines.add("  hash " + spec.hash());
    backup
        .filter(taken -> taken.id() != null)
        .ifPresent(taken ->
            lines.add(
                "  backup %s, %s, started %s"
                    .formatted(taken.id(), taken.state(), taken.startedAt())));
    for (PlannedRevision revision : spec.revisions()) {
      lines.add("");
      lines.add("  " + revision.script() + "   risk " + revision.risk());
      revision.sql().forEach(line -> lines.add("    | " + line));
      if (!revision.code().isEmpty()) {
        lines.add("    runs code that no preview can show:");
        revision.code().forEach(line -> lines.add("    # " + line));
      }
      spec.findings().stream()
          .filter(finding -> revision.script().equals(finding.script()))
          .forEach(finding -> {
            lines.add(text(finding));
            finding.rewrite().forEach(line -> lines.add("      + " + line));
          });
      Optional.ofNullable(revision.undo())
          .filter(undo -> !WayBack.NONE.equals(undo.grade()))
          .ifPresent(undo -> {
            lines.add("    way back (" + undo.grade() + "):");
            undo.sql().forEach(line -> lines.add("    < " + line));
          });
    }
    spec.findings().stream()
        .filter(finding -> finding.script() == null)
        .forEach(finding -> lines.add(text(finding)));
    return lines;
  }

  private static String text(Finding finding) {
    return "    %s %s%s: %s"
        .formatted(
            finding.risk(),
            finding.rule(),
            finding.line() == null ? "" : " (line " + finding.line() + ")",
            finding.message());
  }
}
