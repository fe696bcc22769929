package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import dev.whimbrel.analysis.catalog.ForeignKey;
import dev.whimbrel.analysis.catalog.RelationFacts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a foreign key of a table to itself may do to a condition: where a row is deleted, ON DELETE
 * SET NULL and SET DEFAULT write into the rows that reference it, which may be found then. The
 * catalog is not asked which of them a key has, so each may.
 */
final class SelfReference {

  /** Steady functions that may give a value where they are given NULL (pg_proc.proisstrict). */
  private static final Set<String> TAKES_NULL =
      Set.of(
          ("array_append array_cat array_fill array_position array_prepend array_remove"
               + " array_to_string concat concat_ws daterange format int4range int8range"
               + " json_build_array json_build_object jsonb_build_array jsonb_build_object"
               + " num_nonnulls num_nulls numrange row_to_json string_to_array tsrange tstzrange")
              .split(" "));

  /** A row, an array or the greatest of NULLs and others is not NULL itself. */
  private static final Set<String> HOLDS_NULL =
      Set.of(
          "NullTest",
          "CoalesceExpr",
          "CaseExpr",
          "BooleanTest",
          "MinMaxExpr",
          "RowExpr",
          "A_ArrayExpr");

  private SelfReference() {}

  /**
   * Whether deleting some rows may make a condition come true of others.
   *
   * @param delete a DeleteStmt
   * @param table what the catalog says of its table; without it, a key that sets NULL is expected,
   *     on any column, and none that sets a default
   */
  static boolean mayUnsettle(Node delete, Optional<RelationFacts> table) {
    Node condition = delete.node("whereClause");
    return table
        .map(facts -> ofKeys(delete, condition, facts))
        .orElseGet(() -> takesNull(condition) || namesRow(delete, condition));
  }

  private static boolean ofKeys(Node delete, Node condition, RelationFacts table) {
    List<String> written =
        table.foreignKeys().stream()
            .filter(key -> references(key, table))
            .flatMap(key -> key.columns().stream())
            .toList();
    return !written.isEmpty()
        && (condition.all("FuncCall").findAny().isPresent()
            || namesRow(delete, condition)
            || condition
                .all("ColumnRef")
                .map(column -> column.lastName("fields"))
                .anyMatch(name -> written.contains(name) || isGenerated(table, name)));
  }

  /** A key of a partition is that of the whole table. */
  private static boolean references(ForeignKey key, RelationFacts table) {
    return key.references().equals(table.name())
        || table.partitioning().parent().filter(key.references()::equals).isPresent();
  }

  /** It follows what it is computed from. */
  private static boolean isGenerated(RelationFacts table, String name) {
    return table.column(name).filter(Column::generated).isPresent();
  }

  /** Whether a condition may come true when a column becomes NULL. */
  private static boolean takesNull(Node condition) {
    return condition.all(HOLDS_NULL).findAny().isPresent()
        || condition
            .all("FuncCall")
            .anyMatch(call -> TAKES_NULL.contains(call.lastName("funcname")))
        || condition
            .all("A_Expr")
            .anyMatch(each ->
                each.text("kind").endsWith("DISTINCT")
                    || each.text("kind").equals("AEXPR_NULLIF")
                    || each.lastName("name").equals("||"));
  }

  /** Whether a condition reads its row as a whole, by the name of the table. */
  private static boolean namesRow(Node delete, Node condition) {
    QualifiedName table = delete.relation("relation");
    String alias = delete.struct("relation").struct("alias").text("aliasname");
    return condition
        .all("ColumnRef")
        .anyMatch(column ->
            column.all("A_Star").findAny().isPresent()
                || column.lastName("fields").equals(alias.isEmpty() ? table.name() : alias));
  }
}
