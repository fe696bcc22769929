package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The questions to the rows of a database that decide whether the statements of a plan fail. Asked
 * only of what is there before the plan, and only as long as no earlier statement of it may have
 * changed the answer.
 */
public final class DataQuestions {

  /** Actions of ALTER TABLE after which the rows that were there are as they were. */
  private static final Set<String> KEEP_ROWS =
      Set.of(
          "AT_AddColumn",
          "AT_AddConstraint",
          "AT_ValidateConstraint",
          "AT_DropConstraint",
          "AT_SetNotNull",
          "AT_DropNotNull",
          "AT_ColumnDefault",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_SetStorage",
          "AT_SetRelOptions",
          "AT_SetIdentity");

  private static final Set<String> KEEP_ALL =
      Set.of(
          "IndexStmt",
          "CommentStmt",
          "CreateStmt",
          "CreateSeqStmt",
          "CreateEnumStmt",
          "CreateDomainStmt",
          "CreateStatsStmt",
          "GrantStmt",
          "ViewStmt",
          "TransactionStmt");

  private final Trees trees;
  private final SchemaFacts facts;
  private final Set<String> changed = new HashSet<>();
  private boolean anythingMayHaveChanged;

  private DataQuestions(Trees trees, SchemaFacts facts) {
    this.trees = trees;
    this.facts = facts;
  }

  /** Of a plan. */
  public static List<DataQuestion> of(ParsedPlan plan, SchemaFacts facts) {
    return plan.each(new DataQuestions(plan.trees(), facts)::next).toList();
  }

  private Stream<DataQuestion> next(String script, Parsed parsed) {
    List<DataQuestion> questions = new ArrayList<>();
    for (Node node : parsed.nodes()) {
      if (!anythingMayHaveChanged) {
        TableQuestions table =
            new TableQuestions(trees, facts, script, parsed.statement(), this::isUnchanged);
        questions.addAll(table.of(node));
      }
      note(node, parsed);
    }
    anythingMayHaveChanged |= parsed.refusal().isPresent();
    return questions.stream();
  }

  private boolean isUnchanged(QualifiedName table) {
    return !changed.contains(table.name());
  }

  private void note(Node s, Parsed parsed) {
    TouchedRelations touched = TouchedRelations.of(trees, parsed);
    anythingMayHaveChanged |=
        !touched.complete() || SessionRules.movesNames(s) || !touched.schemas().isEmpty();
    boolean keeps =
        s.is("AlterTableStmt")
            ? s.list("cmds").stream().allMatch(action -> KEEP_ROWS.contains(action.text("subtype")))
            : KEEP_ALL.contains(s.kind()) || s.is("SelectStmt") && !changesRows(s);
    if (!keeps) {
      touched.relations().forEach(table -> changed.add(table.name()));
    }
  }

  /** WITH … may change rows. */
  private static boolean changesRows(Node select) {
    return Stream.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt")
        .anyMatch(kind -> select.all(kind).findAny().isPresent());
  }
}
