package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Index;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Foreign keys of a plan whose columns no index begins with, once the whole plan is read: a delete
 * in the other table then reads all of this one.
 */
final class ForeignKeyIndexes {

  private final Known known;
  private final List<Key> keys = new ArrayList<>();
  private final List<Key> indexes = new ArrayList<>();

  ForeignKeyIndexes(Known known) {
    this.known = known;
  }

  /** A statement, before what it creates is known. */
  void note(Node s, String script, int line) {
    switch (s.kind()) {
      case "IndexStmt" ->
          indexes.add(
              new Key(
                  s.relation("relation"),
                  s.list("indexParams").stream().map(element -> element.text("name")).toList(),
                  true,
                  script,
                  line));
      case "CreateStmt" -> {
        for (Node element : s.list("tableElts")) {
          element(element, s.relation("relation"), true, script, line);
        }
      }
      case "AlterTableStmt" -> {
        QualifiedName table = s.relation("relation");
        for (Node action : s.list("cmds")) {
          element(action.node("def"), table, known.isNew(table), script, line);
        }
      }
      default -> {}
    }
  }

  private void element(Node element, QualifiedName table, boolean fresh, String script, int line) {
    switch (element.kind()) {
      case "ColumnDef" -> {
        for (Node constraint : element.list("constraints")) {
          constraint(constraint, table, List.of(element.text("colname")), fresh, script, line);
        }
      }
      case "Constraint" ->
          constraint(
              element,
              table,
              element.names(element.text("contype").equals("CONSTR_FOREIGN") ? "fk_attrs" : "keys"),
              fresh,
              script,
              line);
      default -> {}
    }
  }

  private void constraint(
      Node constraint,
      QualifiedName table,
      List<String> columns,
      boolean fresh,
      String script,
      int line) {
    switch (constraint.text("contype")) {
      case "CONSTR_FOREIGN" -> keys.add(new Key(table, columns, fresh, script, line));
      case "CONSTR_PRIMARY", "CONSTR_UNIQUE" ->
          indexes.add(new Key(table, columns, fresh, script, line));
      default -> {}
    }
  }

  /** Where one is found, and what is said there. */
  List<Found> found() {
    return keys.stream()
        .filter(key -> key.fresh || known.relation(key.table).isPresent())
        .filter(key -> indexed(key).noneMatch(columns -> begins(columns, key.columns)))
        .map(key ->
            new Found(
                key.script,
                key.line,
                Judgement.of(
                        Rule.FOREIGN_KEY_WITHOUT_INDEX,
                        "no index of "
                            + key.table
                            + " begins with "
                            + String.join(", ", key.columns)
                            + ", so a DELETE of what it references reads the whole table")
                    .on(key.table)
                    .calling("columns", Identifiers.quoted(key.columns))))
        .toList();
  }

  private Stream<List<String>> indexed(Key key) {
    return Stream.concat(
        indexes.stream().filter(index -> index.table.equals(key.table)).map(Key::columns),
        known.relation(key.table).stream()
            .map(RelationFacts::indexes)
            .flatMap(List::stream)
            .filter(index -> index.valid() && !index.partial())
            .map(Index::columns));
  }

  private static boolean begins(List<String> index, List<String> columns) {
    Set<String> first = new HashSet<>(index.subList(0, Math.min(columns.size(), index.size())));
    return first.equals(new HashSet<>(columns));
  }

  /** One, at its place. */
  record Found(String script, int line, Judgement judgement) {}

  private record Key(
      QualifiedName table, List<String> columns, boolean fresh, String script, int line) {}
}
