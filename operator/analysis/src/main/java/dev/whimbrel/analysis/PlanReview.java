package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.LockedStatement;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes through the statements of a plan once, in the order in which they run: what each is for
 * itself, what it adds to those before it, and what shows only at the end.
 */
final class PlanReview {

  private final ParsedPlan plan;
  private final RiskRules rules;
  private final TransactionShape shape;
  private final ForeignKeyIndexes keys;
  private final StatementForms forms;
  private final List<LockedStatement> locked = new ArrayList<>();

  /** By the very statement: two that read alike are two. */
  private final Map<Statement, List<Judgement>> judged = new IdentityHashMap<>();

  private PlanReview(ParsedPlan plan, SchemaFacts facts) {
    Known known = new Known(facts);
    this.plan = plan;
    this.rules = new RiskRules(plan.trees(), known);
    this.shape = new TransactionShape(known);
    this.keys = new ForeignKeyIndexes(known);
    this.forms = new StatementForms(known);
  }

  /**
   * Goes through the scripts.
   *
   * @param later statements that run after the plan
   */
  static PlanReview of(ParsedPlan plan, SchemaFacts facts, List<Statement> later) {
    PlanReview review = new PlanReview(plan, facts);
    plan.scripts().forEach(review::read);
    review
        .keys
        .found(later, plan.trees())
        .forEach(found -> review.judged.get(found.statement()).add(found.judgement()));
    review.judged.replaceAll(Ignores::apply);
    return review;
  }

  /**
   * What is found in each statement, with what its author says of it; nothing for a harmless one.
   */
  Map<Statement, List<Judgement>> judged() {
    return judged;
  }

  /** What each statement locks, in order. */
  List<LockedStatement> locked() {
    return List.copyOf(locked);
  }

  private void read(Script script) {
    shape.begins(script.transactional(), script.joins());
    for (Statement statement : script.statements()) {
      Parsed parsed = plan.trees().of(statement);
      parsed.nodes().forEach(node -> keys.note(node, statement));
      locked.add(new LockedStatement(script.name(), statement.line(), forms.of(parsed)));
      List<Judgement> found = new ArrayList<>(rules.judge(parsed));
      found.addAll(shape.judge(parsed, List.copyOf(found)));
      judged.put(statement, found);
    }
    if (!script.statements().isEmpty()) {
      shape.scriptEnds().ifPresent(judged.get(script.statements().getLast())::add);
    }
    rules.scriptEnds();
  }
}
