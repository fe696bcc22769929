package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.HashSet;
import java.util.Set;

/** Columns that a plan has added to tables of others, as long as their names can mean no other. */
final class CreatedColumns {

  private final Set<Added> columns = new HashSet<>();

  /** A statement has run. */
  void note(Node s) {
    switch (s.kind()) {
      case "AlterTableStmt" ->
          s.list("cmds").forEach(action -> note(action, s.relation("relation")));
      case "RenameStmt", "AlterObjectSchemaStmt", "DropStmt" -> clear();
      default -> {
        if (SessionRules.movesNames(s)) {
          clear();
        }
      }
    }
  }

  private void note(Node action, QualifiedName table) {
    switch (action.text("subtype")) {
      case "AT_AddColumn" -> {
        if (!action.flag("missing_ok")) {
          columns.add(new Added(table, action.node("def").text("colname")));
        }
      }
      case "AT_DropColumn" -> columns.remove(new Added(table, action.text("name")));
      default -> {
        // Adds none.
      }
    }
  }

  /** What was added may have been taken back, or be called otherwise. */
  void clear() {
    columns.clear();
  }

  boolean contains(QualifiedName table, String column) {
    return columns.contains(new Added(table, column));
  }

  private record Added(QualifiedName table, String column) {}
}
