package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;

/**
 * A plan together with what carrying it out needs.
 *
 * @param spec what people see and approve
 * @param revisions in the order of the plan
 * @param source the files that were rendered
 * @param history the history at that moment
 */
public record RenderedPlan(
    MigrationPlanSpec spec, List<Revision> revisions, FlywaySource source, HistoryTable history) {

  public RenderedPlan {
    revisions = List.copyOf(revisions);
  }

  /** The revisions that are executed one by one: all but callbacks. */
  public List<Revision> executed() {
    return revisions.stream().filter(revision -> revision.kind() != Kind.CALLBACK).toList();
  }

  /** What a revision is. */
  public enum Kind {
    BASELINE("Baseline"),
    CALLBACK("Callback"),
    VERSIONED("Versioned"),
    REPEATABLE("Repeatable");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The word in the plan. */
    public String label() {
      return label;
    }
  }

  /**
   * One revision.
   *
   * @param planned as the plan shows it
   * @param statements of its script
   */
  public record Revision(Kind kind, PlannedRevision planned, List<Statement> statements) {

    public Revision {
      statements = List.copyOf(statements);
    }

    /** Its file name. */
    public String script() {
      return planned.script();
    }

    /** Whether it runs in one transaction. */
    public boolean transactional() {
      return !Boolean.FALSE.equals(planned.transactional());
    }

    /** Whether one of its statements works in several transactions of its own. */
    public boolean isConcurrent() {
      return statements.stream().anyMatch(Statement::isConcurrent);
    }
  }
}
