package dev.whimbrel.runner.tool;

import dev.whimbrel.analysis.OnlineWork;
import dev.whimbrel.analysis.RiskAssessment;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One revision of a plan that was just rendered.
 *
 * @param planned as the plan shows it
 * @param statements of what the plan shows
 * @param online what of them may take long and blocks nobody
 * @param joins whether it runs in the transaction of the revision before it
 */
public record Revision(
    PlannedRevision planned, List<Statement> statements, OnlineWork online, boolean joins) {

  /** Characters of a statement that one recognises it by. */
  private static final int SHOWN = 100;

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
  public Revision(PlannedRevision planned, List<Statement> statements, OnlineWork online) {
    this(planned, statements, online, false);
  }

  /** Its file name. */
  public String script() {
    return planned.script();
  }

  /** Whether it runs in one transaction. */
  public boolean transactional() {
    return !Boolean.FALSE.equals(planned.transactional());
  }

  /** The findings, each with the statement that it is about, where it is about one. */
  List<Finding> showing(List<Finding> findings) {
    Map<Integer, Statement> byLine = new HashMap<>();
    statements.forEach(statement -> byLine.putIfAbsent(statement.line(), statement));
    return findings.stream()
        .map(finding ->
            Optional.ofNullable(byLine.get(finding.line()))
                .map(statement -> finding.at("line " + finding.line() + ": " + begin(statement)))
                .orElse(finding))
        .toList();
  }

  /** The statement in one line, its beginning at least. */
  private static String begin(Statement statement) {
    String text = statement.text();
    String line = text.substring(0, Math.min(4 * SHOWN, text.length())).replaceAll("\\s+", " ");
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
  }
}
