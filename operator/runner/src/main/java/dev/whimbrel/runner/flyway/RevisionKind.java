package dev.whimbrel.runner.flyway;

import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.runner.tool.Revision;

/** What a revision is. */
enum RevisionKind {
  BASELINE("Baseline"),
  CALLBACK(PlannedRevision.CALLBACK),
  VERSIONED("Versioned"),
  REPEATABLE(PlannedRevision.REPEATABLE),
  UNDO("Undo");

  private final String label;

  RevisionKind(String label) {
    this.label = label;
  }

  /** The word in the plan. */
  String label() {
    return label;
  }

  /** The kind of a revision that this package has rendered. */
  static RevisionKind of(Revision revision) {
    for (RevisionKind kind : values()) {
      if (kind.label.equals(revision.planned().kind())) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no revision of Flyway: " + revision.planned().kind());
  }
}
