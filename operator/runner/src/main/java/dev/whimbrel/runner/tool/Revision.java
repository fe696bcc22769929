package dev.whimbrel.runner.tool;

import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.List;

/**
 * One revision of a plan that was just rendered.
 *
 * @param planned as the plan shows it
 * @param statements of what the plan shows
 * @param joins whether it runs in the transaction of the revision before it
 */
public record Revision(PlannedRevision planned, List<Statement> statements, boolean joins) {

  public Revision {
    statements = List.copyOf(statements);
  }

  /** What they show, for those who judge it. */
  public static List<RiskAssessment.Script> scripts(List<Revision> revisions) {
    return revisions.stream()
        .map(revision ->
            new RiskAssessment.Script(
                revision.script(),
                revision.statements(),
                revision.transactional(),
                revision.joins()))
        .toList();
  }

  /** One that begins a transaction of its own, or none. */
  public Revision(PlannedRevision planned, List<Statement> statements) {
    this(planned, statements, false);
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
