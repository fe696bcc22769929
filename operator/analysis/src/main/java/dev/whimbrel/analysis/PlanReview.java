package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.LockMode;
import dev.whimbrel.analysis.locks.RelationLock;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final Steps steps;

  /** By the very statement: two that read alike are two. */
  private final Map<Statement, StatementLocks> locks = new IdentityHashMap<>();

  private final Map<Statement, List<Judgement>> judged = new IdentityHashMap<>();

  private PlanReview(ParsedPlan plan, SchemaFacts facts) {
    Known known = new Known(facts);
    this.plan = plan;
    this.rules = new RiskRules(plan.trees(), known);
    this.shape = new TransactionShape(known);
    this.keys = new ForeignKeyIndexes(known);
    this.forms = new StatementForms(plan.trees(), known);
    this.steps = new Steps(plan.trees(), known, forms);
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

  /** What is found in a statement, with what its author says of it; nothing in a harmless one. */
  List<Judgement> judged(Statement statement) {
    return judged.get(statement);
  }

  /** What a statement locks. */
  StatementLocks locks(Statement statement) {
    return locks.get(statement);
  }

  private void read(Script script) {
    shape.begins(script.transactional(), script.joins());
    for (Statement statement : script.statements()) {
      Parsed parsed = plan.trees().of(statement);
      parsed.nodes().forEach(node -> keys.note(node, statement));
      StatementLocks whole = forms.of(parsed);
      locks.put(statement, whole);
      List<Step> carriedOut = steps.of(parsed, whole);
      List<Judgement> found = new ArrayList<>(rules.judge(parsed));
      whole.locks().stream().flatMap(lock -> lockedRows(lock).stream()).forEach(found::add);
      found.addAll(shape.judge(parsed, carriedOut, List.copyOf(found)));
      if (steps.commit(parsed)) {
        shape.commits().ifPresent(found::add);
      }
      judged.put(statement, found);
    }
    if (!script.statements().isEmpty()) {
      shape.scriptEnds().ifPresent(judged.get(script.statements().getLast())::add);
    }
    rules.scriptEnds();
  }

  /** Rows that are locked and not changed; the size of their table is part of what was measured. */
  private static Optional<Judgement> lockedRows(RelationLock lock) {
    if (lock.mode() != LockMode.ROW_SHARE || lock.waiting().compareTo(Waiting.LONG) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        Judgement.of(
                Rule.LOCKS_ROWS,
                "locks rows of "
                    + lock.relation()
                    + " until its transaction ends: whoever changes them waits")
            .at(lock.waiting() == Waiting.VERY_LONG ? Risk.HIGH : Risk.MEDIUM));
  }
}
