package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.PgQuery;
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
 * @param findings what rules say of its statements, in order; a harmless one has none
 */
public record RiskAssessment(Risk risk, Map<String, Risk> byScript, List<Finding> findings) {

  public RiskAssessment {
    byScript = Map.copyOf(byScript);
    findings = List.copyOf(findings);
  }

  /** Judges the scripts of a plan in the order in which they run. */
  public static RiskAssessment of(PgQuery parser, List<Script> scripts) {
    RiskRules rules = new RiskRules(parser);
    Risk worst = Risk.LOW;
    Map<String, Risk> byScript = new LinkedHashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (Script script : scripts) {
      Risk ofScript = Risk.LOW;
      for (Statement statement : script.statements()) {
        for (Judgement judgement : rules.judge(statement)) {
          ofScript = ofScript.or(judgement.risk());
          findings.add(finding(judgement, script, statement));
        }
      }
      rules.scriptEnds();
      byScript.put(script.name(), ofScript);
      worst = worst.or(ofScript);
    }
    return new RiskAssessment(worst, byScript, findings);
  }

  private static Finding finding(Judgement judgement, Script script, Statement statement) {
    return new Finding(
        judgement.rule().id(),
        judgement.risk().label(),
        judgement.message(),
        script.name(),
        statement.line(),
        judgement.instead());
  }

  /** A script, already cut into statements. */
  public record Script(String name, List<Statement> statements) {

    public Script {
      statements = List.copyOf(statements);
    }
  }
}
