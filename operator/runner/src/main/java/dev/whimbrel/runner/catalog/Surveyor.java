package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.AbsentFindings;
import dev.whimbrel.analysis.CascadingDrop;
import dev.whimbrel.analysis.DataQuestion;
import dev.whimbrel.analysis.DataQuestions;
import dev.whimbrel.analysis.DependentFindings;
import dev.whimbrel.analysis.ParsedPlan;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.TouchedRelations;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at the live database for a plan. What cannot be read in time, or not by this user, is not
 * known; only a lost connection ends the step.
 */
public final class Surveyor {

  private static final int RELATIONS = 20;

  /** Whoever plans must not be waited for, and waits for nobody. */
  private static final String LOCK_TIMEOUT = "250";

  private static final String STATEMENT_TIMEOUT = "10000";

  private final Session session;
  private final Clock clock;

  /**
   * A surveyor.
   *
   * @param session read-only, with no transaction open
   */
  public Surveyor(Session session, Clock clock) {
    this.session = session;
    this.clock = clock;
  }

  /**
   * Looks.
   *
   * @param revisions in the order in which they run
   * @param plan their statements
   * @param touched by them
   */
  public Survey survey(List<Revision> revisions, ParsedPlan plan, TouchedRelations touched)
      throws SQLException {
    String lockTimeout = setting("lock_timeout");
    String statementTimeout = setting("statement_timeout");
    session.set("lock_timeout", LOCK_TIMEOUT);
    session.set("statement_timeout", STATEMENT_TIMEOUT);
    try {
      return look(revisions, plan, touched);
    } finally {
      session.set("lock_timeout", lockTimeout);
      session.set("statement_timeout", statementTimeout);
    }
  }

  private Survey look(List<Revision> revisions, ParsedPlan plan, TouchedRelations touched)
      throws SQLException {
    List<Finding> findings = new ArrayList<>();
    List<String> facts = new ArrayList<>();
    SchemaReader.Found found;
    try {
      found = new SchemaReader(session).read(touched);
    } catch (SQLException e) {
      return notKnown(e, "sizes and constraints of what the plan touches");
    }
    List<RelationFacts> relations =
        found.byId().values().stream().sorted((a, b) -> order(a).compareTo(order(b))).toList();
    relations.stream().limit(RELATIONS).map(RelationSummary::of).forEach(facts::add);
    if (relations.size() > RELATIONS) {
      facts.add("Touched: " + (relations.size() - RELATIONS) + " relations more");
    }
    boolean concurrently = revisions.stream().anyMatch(revision -> revision.online().concurrent());
    try {
      findings.addAll(new Occupants(session, found.byId()).findings(concurrently));
    } catch (SQLException e) {
      facts.addAll(notKnown(e, "who is at work on what the plan touches").facts());
    }
    try {
      findings.addAll(new Cascades(session).findings(CascadingDrop.of(plan)));
    } catch (SQLException e) {
      facts.addAll(notKnown(e, "what goes with a schema or a type that the plan drops").facts());
    }
    findings.addAll(leftovers(revisions, relations));
    findings.addAll(DependentFindings.of(plan, found.facts()));
    ParsedPlan shown = plan.first(shown(revisions));
    findings.addAll(AbsentFindings.of(shown, found.facts()));
    findings.addAll(
        new DataChecks(session, clock)
            .findings(
                DataQuestions.of(shown, found.facts()).stream()
                    .filter(question -> findings.stream().noneMatch(each -> fails(each, question)))
                    .toList()));
    return new Survey(found.facts(), findings, facts);
  }

  /** What fails whatever the rows are needs no count of them. */
  private static boolean fails(Finding finding, DataQuestion question) {
    return finding.rule().equals(Rule.WILL_FAIL.id())
        && question.script().equals(finding.script())
        && Integer.valueOf(question.line()).equals(finding.line());
  }

  /** After code that is not shown, nobody knows what the rows are. */
  private static int shown(List<Revision> revisions) {
    return (int)
        revisions.stream().takeWhile(revision -> revision.planned().code().isEmpty()).count();
  }

  /** Not those that a statement of the plan is about. */
  private static List<Finding> leftovers(List<Revision> revisions, List<RelationFacts> relations) {
    List<String> named =
        revisions.stream()
            .flatMap(revision -> revision.statements().stream())
            .map(Statement::text)
            .toList();
    return relations.stream()
        .flatMap(relation ->
            relation.indexes().stream()
                .filter(index ->
                    !index.valid() && named.stream().noneMatch(text -> text.contains(index.name())))
                .map(index ->
                    new Finding(
                        Rule.LEFTOVER_INDEX.id(),
                        Rule.LEFTOVER_INDEX.page().risk().label(),
                        "index "
                            + index.name()
                            + " of "
                            + relation.name()
                            + " is invalid: writers keep it up to date, no query uses it. Where"
                            + " nobody builds it right now, DROP INDEX CONCURRENTLY it",
                        null,
                        null)))
        .toList();
  }

  private static String order(RelationFacts facts) {
    return facts.kind().ordinal() + " " + facts.name();
  }

  private static Survey notKnown(SQLException error, String what) throws SQLException {
    if (SqlErrors.isLost(error)) {
      throw error;
    }
    return new Survey(
        SchemaFacts.unknown(),
        List.of(),
        List.of("Not known: " + what + " (" + SqlErrors.message(error) + ")"));
  }

  private String setting(String name) throws SQLException {
    return session.text("SELECT pg_catalog.current_setting(?)", name).orElse("0");
  }
}
