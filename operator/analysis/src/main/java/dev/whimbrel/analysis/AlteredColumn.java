package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;

/**
 * A column that was there before some statements and that they alter: its type, its rules or its
 * name. One that they drop is not among them.
 *
 * @param table as written
 * @param before its name before the statements
 * @param after its name after them
 */
public record AlteredColumn(QualifiedName table, String before, String after) {

  /** The columns that statements alter, in the order in which they run. */
  public static List<AlteredColumn> of(List<Statement> statements) {
    List<AlteredColumn> columns = new ArrayList<>();
    for (Statement statement : statements) {
      AlterTable.of(statement)
          .ifPresent(
              alter -> alter.actions().forEach(action -> note(columns, alter.table(), action)));
    }
    return List.copyOf(columns);
  }

  private static void note(List<AlteredColumn> columns, QualifiedName table, Statement action) {
    int name = action.matches(1, "COLUMN") ? 2 : 1;
    boolean column = !action.isAny(1, "CONSTRAINT", "TO");
    if (!column) {
      return;
    }
    switch (action.firstWord()) {
      case "ALTER" -> action.nameAt(name).ifPresent(found -> add(columns, table, found, found));
      case "RENAME" ->
          action
              .nameAt(name)
              .ifPresent(found ->
                  action
                      .nameAt(name + 2)
                      .ifPresent(renamed -> add(columns, table, found, renamed)));
      case "DROP" ->
          action
              .nameAt(action.matches(name, "IF", "EXISTS") ? name + 2 : name)
              .ifPresent(found -> columns.removeIf(known -> known.isNow(table, found)));
      default -> {
        // Nothing of a column that was there before.
      }
    }
  }

  private static void add(
      List<AlteredColumn> columns, QualifiedName table, QualifiedName from, QualifiedName to) {
    for (int i = 0; i < columns.size(); i++) {
      AlteredColumn known = columns.get(i);
      if (known.isNow(table, from)) {
        columns.set(i, new AlteredColumn(known.table, known.before, to.name()));
        return;
      }
    }
    columns.add(new AlteredColumn(table, from.name(), to.name()));
  }

  private boolean isNow(QualifiedName other, QualifiedName column) {
    return table.mayBe(other) && after.equals(column.name());
  }
}
