package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/**
 * A column that was there before some statements and that they alter: its type, its rules or its
 * name. One that they drop is not among them. What a DO block shows counts as if it all happened.
 *
 * @param table as written
 * @param before its name before the statements
 * @param after its name after them
 */
public record AlteredColumn(QualifiedName table, String before, String after) {

  /**
   * The columns that statements alter, in the order in which they run. What cannot be parsed alters
   * none.
   */
  public static List<AlteredColumn> of(Trees trees, List<Statement> statements) {
    List<AlteredColumn> columns = new ArrayList<>();
    statements.stream()
        .flatMap(statement -> trees.of(statement).shown(trees))
        .forEach(node -> note(columns, node));
    return List.copyOf(columns);
  }

  private static void note(List<AlteredColumn> columns, Node s) {
    QualifiedName table = s.relation("relation");
    switch (s.kind()) {
      case "AlterTableStmt" -> s.list("cmds").forEach(action -> note(columns, table, action));
      case "RenameStmt" -> {
        if (s.text("renameType").equals("OBJECT_COLUMN")) {
          add(columns, table, s.text("subname"), s.text("newname"));
        }
      }
      default -> {
        // Nothing of a column that was there before.
      }
    }
  }

  private static void note(List<AlteredColumn> columns, QualifiedName table, Node action) {
    String name = action.text("name");
    switch (action.text("subtype")) {
      case "AT_DropColumn" -> columns.removeIf(known -> known.isNow(table, name));
      case "AT_AlterColumnType",
          "AT_ColumnDefault",
          "AT_DropNotNull",
          "AT_SetNotNull",
          "AT_SetExpression",
          "AT_DropExpression",
          "AT_SetStatistics",
          "AT_SetOptions",
          "AT_ResetOptions",
          "AT_SetStorage",
          "AT_SetCompression",
          "AT_AddIdentity",
          "AT_SetIdentity",
          "AT_DropIdentity" -> {
        if (!name.isEmpty()) {
          add(columns, table, name, name);
        }
      }
      default -> {
        // Nothing of a column that was there before.
      }
    }
  }

  private static void add(
      List<AlteredColumn> columns, QualifiedName table, String from, String to) {
    for (int i = 0; i < columns.size(); i++) {
      AlteredColumn known = columns.get(i);
      if (known.isNow(table, from)) {
        columns.set(i, new AlteredColumn(known.table, known.before, to));
        return;
      }
    }
    columns.add(new AlteredColumn(table, from, to));
  }

  private boolean isNow(QualifiedName other, String column) {
    return table.mayBe(other) && after.equals(column);
  }
}
