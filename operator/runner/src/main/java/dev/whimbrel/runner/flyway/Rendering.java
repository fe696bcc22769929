package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.runner.tool.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * What is to be done, up or down.
 *
 * @param to the version after
 * @param revisions in the order of the plan
 * @param back what is undone; empty for an upgrade
 * @param findings what source and history themselves say to a reviewer
 */
record Rendering(
    String to, List<Revision> revisions, Optional<List<UndoStep>> back, List<Finding> findings) {

  Rendering {
    revisions = List.copyOf(revisions);
    findings = List.copyOf(findings);
  }

  /** Pending revisions. */
  static Rendering upgrade(String from, List<Revision> revisions, List<Finding> ofUndo) {
    List<Finding> findings = new ArrayList<>();
    revisions.stream()
        .filter(Rendering::isBaseline)
        .map(Rendering::adoption)
        .forEach(findings::add);
    findings.addAll(ofUndo);
    return new Rendering(highest(from, revisions), revisions, Optional.empty(), findings);
  }

  /** Revisions that are in, to be undone. */
  static Rendering downgrade(
      String from, MigrationVersion to, List<UndoStep> steps, List<Finding> ofUndo) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding(
            Rule.DOWNGRADE.id(),
            Risk.HIGH.label(),
            "goes back from version "
                + from
                + " to "
                + to.getVersion()
                + ": undoes "
                + steps.size()
                + " revisions, newest first; what they drop or change is not brought back by"
                + " migrating again",
            null,
            null));
    findings.addAll(ofUndo);
    return new Rendering(
        to.getVersion(),
        steps.stream().map(UndoStep::revision).toList(),
        Optional.of(List.copyOf(steps)),
        findings);
  }

  /** Whether a database with tables and without a history is taken as it is. */
  boolean adopts() {
    return revisions.stream().anyMatch(Rendering::isBaseline);
  }

  private static boolean isBaseline(Revision revision) {
    return RevisionKind.of(revision) == RevisionKind.BASELINE;
  }

  private static Finding adoption(Revision baseline) {
    return new Finding(
        Rule.ADOPTION.id(),
        Risk.MEDIUM.label(),
        "records that the database is at version "
            + baseline.planned().version()
            + " without executing anything: compare the catalog in the facts with the source",
        baseline.script(),
        null);
  }

  /** An out-of-order revision below the current version does not lower it. */
  private static String highest(String from, List<Revision> revisions) {
    return revisions.reversed().stream()
        .filter(
            revision -> isBaseline(revision) || RevisionKind.of(revision) == RevisionKind.VERSIONED)
        .map(revision -> revision.planned().version())
        .findFirst()
        .filter(version -> from.isEmpty() || isHigher(version, from))
        .orElse(from);
  }

  private static boolean isHigher(String version, String from) {
    return MigrationVersion.fromVersion(version).compareTo(MigrationVersion.fromVersion(from)) > 0;
  }
}
