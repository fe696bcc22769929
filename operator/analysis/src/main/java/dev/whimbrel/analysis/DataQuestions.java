package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.List;
import java.util.stream.Stream;

/**
 * The questions to the rows of a database that decide whether the statements of a plan fail. Asked
 * only of what is there before the plan, and only as long as no earlier statement of it may have
 * changed the answer.
 */
public final class DataQuestions {

  private final Trees trees;
  private final SchemaFacts facts;
  private final Changes changes = new Changes();

  private DataQuestions(Trees trees, SchemaFacts facts) {
    this.trees = trees;
    this.facts = facts;
  }

  /** Of a plan. */
  public static List<DataQuestion> of(ParsedPlan plan, SchemaFacts facts) {
    return plan.each(new DataQuestions(plan.trees(), facts)::next).toList();
  }

  private Stream<DataQuestion> next(String script, Parsed parsed) {
    TableQuestions table =
        new TableQuestions(trees, facts, script, parsed.statement(), changes::keepsRows);
    List<DataQuestion> questions = parsed.nodes().stream().flatMap(table::of).toList();
    changes.note(trees, parsed);
    return questions.stream();
  }
}
