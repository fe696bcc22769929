package dev.whimbrel.analysis;

import java.util.Set;

/**
 * How the old rows get the values of a column that was added without: by a statement that is
 * carried out until no row is left, where that ends, or else by ranges of a key.
 *
 * @param table as in SQL
 * @param column as in SQL
 */
record ColumnFill(String table, String column) {

  /** Types that have an equality; json, xml and point have none. */
  private static final Set<String> COMPARED =
      Set.of(
          ("text varchar bpchar uuid bool date time timetz timestamp timestamptz interval int2 int4"
                  + " int8 float4 float8 numeric money jsonb bytea tsvector inet cidr bit varbit")
              .split(" "));

  /** With its default, as long as it is NULL. */
  String byDefault(Node expression) {
    return NeverNull.withoutColumns().holds(expression)
        ? batch("DEFAULT", column + " IS NULL")
        : byKey("DEFAULT");
  }

  /**
   * With what it is generated as.
   *
   * @param expression in parentheses
   * @param type a TypeName
   * @param written the type in SQL, without a collation: what is stored is rounded to it, so that
   *     the expression itself may never equal it
   */
  String generated(String expression, Node type, String written) {
    return COMPARED.contains(type.lastName("names"))
        ? batch(
            expression, column + " IS DISTINCT FROM CAST(" + expression + " AS " + written + ")")
        : byKey(expression);
  }

  private String batch(String value, String left) {
    return set(value)
        + " WHERE "
        + left
        + " AND ctid IN (SELECT ctid FROM "
        + table
        + " WHERE "
        + left
        + " LIMIT 1000);";
  }

  private String byKey(String value) {
    return "-- a range of a key at a time, for a row does not tell whether it is done: "
        + set(value);
  }

  private String set(String value) {
    return "UPDATE " + table + " SET " + column + " = " + value;
  }
}
