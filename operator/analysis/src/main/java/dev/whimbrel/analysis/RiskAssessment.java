package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a plan risks.
 *
 * @param risk the worst of all
 * @param byScript the worst per script
 * @param statements all of them, in order
 */
public record RiskAssessment(
    Risk risk, Map<String, Risk> byScript, List<JudgedStatement> statements) {

  public RiskAssessment {
    byScript = Map.copyOf(byScript);
    statements = List.copyOf(statements);
  }

  /** What rules say of its statements, in order; a harmless one has none. */
  public List<Finding> findings() {
    return statements.stream().flatMap(each -> each.findings().stream()).toList();
  }

  /** What each of its statements locks, in order. */
  public List<LockedStatement> locked() {
    return statements.stream().map(JudgedStatement::locked).toList();
  }

  /** Judges the scripts of a plan in the order in which they run, by their text alone. */
  public static RiskAssessment of(SqlParser parser, List<Script> scripts) {
    return of(ParsedPlan.of(parser, scripts), SchemaFacts.unknown());
  }

  /**
   * Judges scripts of which each runs long before those after it.
   *
   * @param later statements of these, for what the scripts leave to them
   */
  public static RiskAssessment of(SqlParser parser, List<Script> scripts, List<Statement> later) {
    return of(ParsedPlan.of(parser, scripts), SchemaFacts.unknown(), later);
  }

  /**
   * Judges a plan.
   *
   * @param facts what is known of the database that they run in
   */
  public static RiskAssessment of(ParsedPlan plan, SchemaFacts facts) {
    return of(plan, facts, List.of());
  }

  private static RiskAssessment of(ParsedPlan plan, SchemaFacts facts, List<Statement> later) {
    PlanReview review = PlanReview.of(plan, facts, later);
    Risk worst = Risk.LOW;
    Map<String, Risk> byScript = new LinkedHashMap<>();
    List<JudgedStatement> statements = new ArrayList<>();
    for (Script script : plan.scripts()) {
      Risk ofScript = Risk.LOW;
      int number = 0;
      for (Statement statement : script.statements()) {
        List<Finding> findings = new ArrayList<>();
        for (Judgement judgement : review.judged(statement)) {
          ofScript = ofScript.or(judgement.risk());
          findings.add(finding(judgement, script, statement));
        }
        number++;
        statements.add(
            new JudgedStatement(
                script.name(), number, statement, review.locks(statement), findings));
      }
      byScript.put(script.name(), ofScript);
      worst = worst.or(ofScript);
    }
    return new RiskAssessment(worst, byScript, statements);
  }

  private static Finding finding(Judgement judgement, Script script, Statement statement) {
    return new Finding(
            judgement.rule().id(),
            judgement.risk().label(),
            judgement.message(),
            script.name(),
            statement.line(),
            judgement.instead(statement))
        .standingFor(judgement.standsFor().map(Rule::id).orElse(null));
  }

  /**
   * A script, already cut into statements.
   *
   * @param transactional whether its tool runs it in a transaction
   * @param joins whether that is the transaction of the script before it
   */
  public record Script(
      String name, List<Statement> statements, boolean transactional, boolean joins) {

    public Script {
      statements = List.copyOf(statements);
    }
  }
}
