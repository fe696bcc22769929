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
 * @param findings every statement above Low, in order
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
        Judgement judgement = rules.judge(statement);
        ofScript = ofScript.or(judgement.risk());
        if (judgement.risk() != Risk.LOW) {
          findings.add(
              new Finding(
                  judgement.rule(),
                  judgement.risk().label(),
                  judgement.message(),
                  script.name(),
                  statement.line()));
        }
      }
      rules.scriptEnds();
      byScript.put(script.name(), ofScript);
      worst = worst.or(ofScript);
    }
    return new RiskAssessment(worst, byScript, findings);
  }

  /** A script, already cut into statements. */
  public record Script(String name, List<Statement> statements) {

    public Script {
      statements = List.copyOf(statements);
    }
  }
}
