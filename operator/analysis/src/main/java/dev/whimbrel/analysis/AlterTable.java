package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ALTER TABLE, cut into its actions.
 *
 * @param table as written
 * @param actions each begins with its verb
 */
record AlterTable(QualifiedName table, List<Statement> actions) {

  AlterTable {
    actions = List.copyOf(actions);
  }

  /** Reads one; empty where the statement is another. */
  static Optional<AlterTable> of(Statement s) {
    if (!s.starts("ALTER", "TABLE")) {
      return Optional.empty();
    }
    int i = 2;
    i += s.matches(i, "IF", "EXISTS") ? 2 : 0;
    i += s.matches(i, "ONLY") ? 1 : 0;
    int name = i;
    return s.nameAt(name)
        .map(table -> new AlterTable(table, actions(s, name + (table.schema().isEmpty() ? 1 : 3))));
  }

  private static List<Statement> actions(Statement s, int from) {
    List<Statement> actions = new ArrayList<>();
    int depth = 0;
    int begin = from;
    for (int i = from; i <= s.tokens().size(); i++) {
      boolean end = i == s.tokens().size();
      if (!end && s.tokens().get(i).isSymbol('(')) {
        depth++;
      } else if (!end && s.tokens().get(i).isSymbol(')')) {
        depth--;
      } else if (end || depth == 0 && s.tokens().get(i).isSymbol(',')) {
        if (i > begin) {
          actions.add(new Statement(s.tokens().subList(begin, i), ""));
        }
        begin = i + 1;
      }
    }
    return actions;
  }
}
