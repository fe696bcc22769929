package dev.whimbrel.analysis;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.catalog.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What another type costs a column that is in use. */
final class ColumnTypeRules {

  private final QualifiedName table;
  private final String sql;
  private final Known known;

  /**
   * @param sql the whole statement
   */
  ColumnTypeRules(QualifiedName table, String sql, Known known) {
    this.table = table;
    this.sql = sql;
    this.known = known;
  }

  /**
   * Judges one.
   *
   * @param action AT_AlterColumnType
   */
  List<Judgement> judge(Node action) {
    Node definition = action.node("def");
    String name = action.text("name");
    String type = Clause.type(sql, definition.struct("typeName"));
    List<Judgement> found = new ArrayList<>();
    change(name, definition, type).ifPresent(found::add);
    found.add(
        Judgement.of(
            Rule.STATISTICS_LOST,
            "the statistics of "
                + table
                + "."
                + name
                + " go with its old type: ANALYZE it"
                + " afterwards, or queries may be planned badly"));
    return found.stream()
        .map(judgement ->
            judgement.on(table).calling("column", Identifiers.quoted(name)).calling("type", type))
        .toList();
  }

  private Optional<Judgement> change(String name, Node definition, String type) {
    Node typeName = definition.struct("typeName");
    boolean plain = !definition.has("raw_default");
    Optional<Column> column = known.column(table, name);
    String what = table + "." + name;
    if (definition.has("collClause")) {
      return Optional.of(
          Judgement.of(
              Rule.CHANGE_COLLATION,
              "changes the collation of "
                  + what
                  + "; each index on it is rebuilt while nobody can read the table, and with"
                  + " another type the table is rewritten"));
    }
    if (column.isEmpty()) {
      return Optional.of(
          Judgement.of(
              Rule.ALTER_COLUMN_TYPE,
              "changes the type of "
                  + what
                  + "; unless it only grows (as varchar(20) to varchar(50) or text), the table and"
                  + " its indexes are rewritten while nobody can read it"));
    }
    String changes = "changes the type of " + what + " from " + column.get().text() + " to " + type;
    if (plain && TypeChange.isOfTimeZone(column.get(), typeName)) {
      return zone(typeName, changes);
    }
    return switch (TypeChange.of(column.get(), typeName, plain)) {
      case CATALOG -> Optional.empty();
      case REWRITES ->
          Optional.of(
              Judgement.of(
                  Rule.ALTER_COLUMN_TYPE,
                  changes
                      + ", so the table and its indexes are rewritten while nobody can read it"));
      case NARROWS ->
          Optional.of(
              Judgement.of(
                      Rule.NARROWS_COLUMN,
                      changes
                          + ": it fails where a value is too long, and a USING that cuts them loses"
                          + " what it cuts; every row is rewritten")
                  .calling("fits", TypeChange.fits(Identifiers.quoted(name), typeName)));
    };
  }

  /** In UTC both are the same number, so that nothing is written unless it is also rounded. */
  private Optional<Judgement> zone(Node type, String changes) {
    boolean rounds = type.has("typmods");
    if (known.isInUtc() && !rounds) {
      return Optional.empty();
    }
    return Optional.of(
        Judgement.of(
                Rule.CONVERTS_BY_TIME_ZONE,
                changes
                    + (known.isInUtc()
                        ? ""
                        : ", by the TimeZone that the session happens to have: SET LOCAL TimeZone"
                            + " before it")
                    + (rounds
                        ? "; because of the precision the table and its indexes are rewritten, even"
                            + " in UTC"
                        : "; but in UTC, the table and its indexes are rewritten while nobody can"
                            + " read it"))
            .calling("zoned", type.lastName("names")));
  }
}
