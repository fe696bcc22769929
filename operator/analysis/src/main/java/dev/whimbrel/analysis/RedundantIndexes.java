package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Indexes of a plan that another serves as well: each one costs every write. Of those that are
 * there only unique ones are known to be B-trees.
 */
final class RedundantIndexes {

  private final Known known;
  private final List<Key> keys = new ArrayList<>();

  RedundantIndexes(Known known) {
    this.known = known;
  }

  /** A statement, before what it creates is known. */
  Optional<Judgement> judge(Node s) {
    return switch (s.kind()) {
      case "IndexStmt" -> index(s);
      case "CreateStmt" -> {
        QualifiedName table = s.relation("relation");
        s.list("tableElts").forEach(element -> element(element, table));
        yield Optional.empty();
      }
      case "AlterTableStmt" -> {
        QualifiedName table = s.relation("relation");
        s.list("cmds").forEach(action -> element(action.node("def"), table));
        yield Optional.empty();
      }
      case "DropStmt", "RenameStmt", "TransactionStmt" -> {
        keys.clear();
        yield Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private void element(Node element, QualifiedName table) {
    Stream<Node> constraints =
        element.is("ColumnDef") ? element.list("constraints").stream() : Stream.of(element);
    constraints
        .filter(each -> List.of("CONSTR_UNIQUE", "CONSTR_PRIMARY").contains(each.text("contype")))
        .filter(each -> !each.has("indexname"))
        .forEach(each ->
            keys.add(
                new Key(
                    table,
                    element.is("ColumnDef") ? List.of(element.text("colname")) : each.names("keys"),
                    true)));
  }

  private Optional<Judgement> index(Node s) {
    QualifiedName table = s.relation("relation");
    List<String> columns =
        s.list("indexParams").stream().map(element -> element.text("name")).toList();
    if (!columns.contains("") && new HashSet<>(columns).size() < columns.size()) {
      return found(table, "names a column twice");
    }
    boolean plain =
        List.of("", "btree").contains(s.text("accessMethod"))
            && !columns.contains("")
            && !s.has("whereClause")
            && !s.has("indexIncludingParams")
            && s.list("indexParams").stream().allMatch(RedundantIndexes::isPlain);
    if (!plain) {
      return Optional.empty();
    }
    Key key = new Key(table, columns, s.flag("unique"));
    Optional<Key> other =
        Stream.concat(
                keys.stream(),
                known.relation(table).stream()
                    .flatMap(facts -> facts.indexes().stream())
                    .filter(index -> index.unique() && index.valid() && !index.partial())
                    .map(index -> new Key(table, index.columns(), true)))
            .filter(key::isServedBy)
            .findFirst();
    keys.add(key);
    return other.flatMap(each ->
        found(table, "finds no more than the one on (" + String.join(", ", each.columns) + ")"));
  }

  /** In the order that a key has, so that it serves no ORDER BY that a key does not. */
  private static boolean isPlain(Node column) {
    return !column.has("opclass")
        && !column.has("collation")
        && !column.text("ordering").equals("SORTBY_DESC")
        && !column.text("nulls_ordering").equals("SORTBY_NULLS_FIRST");
  }

  private static Optional<Judgement> found(QualifiedName table, String why) {
    return Optional.of(
        Judgement.of(
                Rule.REDUNDANT_INDEX,
                "an index of " + table + " that " + why + ", and each write keeps both up to date")
            .on(table));
  }

  private record Key(QualifiedName table, List<String> columns, boolean unique) {

    boolean isServedBy(Key other) {
      boolean begins =
          other.table.equals(table)
              && other.columns.size() >= columns.size()
              && other.columns.subList(0, columns.size()).equals(columns);
      return begins && (!unique || other.unique && other.columns.size() == columns.size());
    }
  }
}
