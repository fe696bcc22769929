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
  void note(Node s, Statement statement) {
    switch (s.kind()) {
      case "IndexStmt" ->
          indexes.add(
              new Key(
                  s.relation("relation"),
                  s.list("indexParams").stream().map(element -> element.text("name")).toList(),
                  true,
                  statement));
      case "CreateStmt" -> {
        for (Node element : s.list("tableElts")) {
          element(element, s.relation("relation"), true, statement);
        }
      }
      case "AlterTableStmt" -> {
        QualifiedName table = s.relation("relation");
        for (Node action : s.list("cmds")) {
          element(action.node("def"), table, known.isNew(table), statement);
        }
      }
      default -> {}
    }
  }

  private void element(Node element, QualifiedName table, boolean fresh, Statement statement) {
    switch (element.kind()) {
      case "ColumnDef" -> {
        for (Node constraint : element.list("constraints")) {
          constraint(constraint, table, List.of(element.text("colname")), fresh, statement);
        }
      }
      case "Constraint" ->
          constraint(
              element,
              table,
              element.names(element.text("contype").equals("CONSTR_FOREIGN") ? "fk_attrs" : "keys"),
              fresh,
              statement);
      default -> {}
    }
  }

  private void constraint(
      Node constraint,
      QualifiedName table,
      List<String> columns,
      boolean fresh,
      Statement statement) {
    switch (constraint.text("contype")) {
      case "CONSTR_FOREIGN" -> keys.add(new Key(table, columns, fresh, statement));
      case "CONSTR_PRIMARY", "CONSTR_UNIQUE" ->
          indexes.add(new Key(table, columns, fresh, statement));
      default -> {}
    }
  }

  /**
   * Where one is found, and what is said there.
   *
   * @param later statements that run after the plan, and may make the index
   */
  List<Found> found(List<Statement> later, Trees trees) {
    List<Found> found = found();
    if (found.isEmpty() || later.isEmpty()) {
      return found;
    }
    later.stream()
        .filter(statement -> statement.starts("CREATE") && makesIndexOfOne(statement))
        .map(trees::of)
        .forEach(parsed -> parsed.nodes().forEach(node -> note(node, parsed.statement())));
    return found();
  }

  private boolean makesIndexOfOne(Statement statement) {
    return (statement.matches(1, "INDEX") || statement.matches(1, "UNIQUE", "INDEX"))
        && statement.tokens().stream()
            .filter(Token::isName)
            .anyMatch(
                token -> keys.stream().anyMatch(key -> key.table.name().equals(token.name())));
  }

  private List<Found> found() {
    return keys.stream()
        .filter(key -> key.fresh || known.relation(key.table).isPresent())
        .filter(key -> indexed(key).noneMatch(columns -> begins(columns, key.columns)))
        .map(key ->
            new Found(
                key.statement,
                Judgement.of(
                        Rule.FOREIGN_KEY_WITHOUT_INDEX,
                        "no index of "
                            + key.table
                            + " begins with "
                            + String.join(", ", key.columns)
                            + ", so a DELETE of what it references reads the whole table")
                    .on(key.table)
                    .calling("create", create(key))))
        .toList();
  }

  private String create(Key key) {
    String on =
        " ON " + Identifiers.quoted(key.table) + " (" + Identifiers.quoted(key.columns) + ")";
    return known.isNew(key.table)
        ? "CREATE INDEX" + on
        : "-- alone in a script that runs without a transaction\nCREATE INDEX CONCURRENTLY" + on;
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
  record Found(Statement statement, Judgement judgement) {}

  private record Key(
      QualifiedName table, List<String> columns, boolean fresh, Statement statement) {}
}
