package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.List;

/**
 * The questions to the rows of a database that decide whether the statements of a plan fail. Asked
 * only of what is there before the plan, and only as long as no earlier statement of it may have
 * changed the answer.
 */
public final class DataQuestions {

  private DataQuestions() {}

  /** Of a plan. */
  public static List<DataQuestion> of(ParsedPlan plan, SchemaFacts facts) {
    return plan.each((script, parsed, before) ->
        parsed.nodes().stream()
            .flatMap(node ->
                new TableQuestions(
                        plan.trees(), facts, script, parsed.statement(), before::keepsRows)
                    .of(node).stream()));
  }
}
