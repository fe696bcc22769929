package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.Comparator;
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

  /** Judges the scripts of a plan in the order in which they run, by their text alone. */
  public static RiskAssessment of(PgQuery parser, List<Script> scripts) {
    return of(parser, scripts, SchemaFacts.unknown());
  }

  /**
   * Judges the scripts of a plan in the order in which they run.
   *
   * @param facts what is known of the database that they run in
   */
  public static RiskAssessment of(PgQuery parser, List<Script> scripts, SchemaFacts facts) {
    return summed(scripts, found(parser, scripts, facts));
  }

  /** All that rules say, in the order of the scripts. */
  static List<Judgement> judgements(PgQuery parser, List<Script> scripts, SchemaFacts facts) {
    return found(parser, scripts, facts).stream()
        .flatMap(List::stream)
        .map(Placed::judgement)
        .toList();
  }

  private static List<List<Placed>> found(PgQuery parser, List<Script> scripts, SchemaFacts facts) {
    Known known = new Known(facts);
    RiskRules rules = new RiskRules(parser, known);
    TransactionShape shape = new TransactionShape(known);
    ForeignKeyIndexes keys = new ForeignKeyIndexes(known);
    List<List<Placed>> found = new ArrayList<>();
    for (Script script : scripts) {
      List<Placed> ofScript = new ArrayList<>();
      shape.begins(script.transactional(), script.joins());
      for (Statement statement : script.statements()) {
        Parsed parsed = Parsed.of(parser, statement);
        parsed.nodes().forEach(node -> keys.note(node, script.name(), statement.line()));
        List<Judgement> judged = rules.judge(parsed);
        judged.forEach(judgement -> ofScript.add(new Placed(statement.line(), judgement)));
        shape
            .judge(parsed, judged)
            .forEach(judgement -> ofScript.add(new Placed(statement.line(), judgement)));
      }
      int last = script.statements().isEmpty() ? 1 : script.statements().getLast().line();
      shape.scriptEnds().ifPresent(judgement -> ofScript.add(new Placed(last, judgement)));
      rules.scriptEnds();
      found.add(ofScript);
    }
    for (ForeignKeyIndexes.Found key : keys.found()) {
      for (int i = 0; i < scripts.size(); i++) {
        if (scripts.get(i).name().equals(key.script())) {
          found.get(i).add(new Placed(key.line(), key.judgement()));
        }
      }
    }
    return found;
  }

  private static RiskAssessment summed(List<Script> scripts, List<List<Placed>> found) {
    Risk worst = Risk.LOW;
    Map<String, Risk> byScript = new LinkedHashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < scripts.size(); i++) {
      String script = scripts.get(i).name();
      Risk ofScript = Judgement.worst(found.get(i).stream().map(Placed::judgement).toList());
      found.get(i).stream()
          .sorted(Comparator.comparingInt(Placed::line))
          .forEach(placed -> findings.add(placed.finding(script)));
      byScript.put(script, ofScript);
      worst = worst.or(ofScript);
    }
    return new RiskAssessment(worst, byScript, findings);
  }

  private record Placed(int line, Judgement judgement) {

    Finding finding(String script) {
      return new Finding(
          judgement.rule().id(),
          judgement.risk().label(),
          judgement.message(),
          script,
          line,
          judgement.instead());
    }
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

    /**
     * One whose tool looks whether PostgreSQL refuses one of its statements in a transaction, and
     * gives it one of its own where not.
     */
    public Script(String name, List<Statement> statements) {
      this(name, statements, statements.stream().noneMatch(Statement::refusesTransaction), false);
    }
  }
}
