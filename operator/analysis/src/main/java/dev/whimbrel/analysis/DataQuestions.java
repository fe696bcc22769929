package dev.whimbrel.analysis;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
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

  private final PgQuery parser;
  private final SchemaFacts facts;
  private final Set<String> changed = new HashSet<>();
  private boolean anythingMayHaveChanged;

  private DataQuestions(PgQuery parser, SchemaFacts facts) {
    this.parser = parser;
    this.facts = facts;
  }

  /** Of the scripts of a plan, in the order in which they run. */
  public static List<DataQuestion> of(PgQuery parser, List<Script> scripts, SchemaFacts facts) {
    DataQuestions questions = new DataQuestions(parser, facts);
    List<DataQuestion> all = new ArrayList<>();
    for (Script script : scripts) {
      for (Statement statement : script.statements()) {
        all.addAll(questions.next(script.name(), statement));
      }
    }
    return all;
  }

  private List<DataQuestion> next(String script, Statement statement) {
    List<DataQuestion> questions = new ArrayList<>();
    try {
      for (Node node : Node.of(parser, statement.text())) {
        if (!anythingMayHaveChanged) {
          TableQuestions table =
              new TableQuestions(parser, facts, script, statement, this::isUnchanged);
          questions.addAll(table.of(node));
        }
        note(node, statement);
      }
    } catch (SqlRefused e) {
      anythingMayHaveChanged = true;
    }
    return questions;
  }

  private boolean isUnchanged(QualifiedName table) {
    return !changed.contains(table.name());
  }

  private void note(Node s, Statement statement) {
    TouchedRelations touched = TouchedRelations.of(parser, List.of(statement));
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
