package dev.whimbrel.analysis;

import static dev.whimbrel.analysis.Judgement.low;
import static dev.whimbrel.analysis.Judgement.medium;

import dev.whimbrel.analysis.Statement.QualifiedName;
import java.util.Set;

/** What it costs to add a column to a table that is in use. */
final class AddedColumn {

  private static final Set<String> SERIAL =
      Set.of("serial", "serial2", "serial4", "serial8", "smallserial", "bigserial");

  /** Evaluated once for the whole statement, so that the table keeps one value for all rows. */
  private static final Set<String> STABLE =
      Set.of("now", "transaction_timestamp", "statement_timestamp", "current_setting");

  /** Types of PostgreSQL and of common extensions that the grammar has no names of its own for. */
  private static final Set<String> NO_DOMAINS =
      Set.of(
          "text",
          "uuid",
          "json",
          "jsonb",
          "bytea",
          "date",
          "money",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "point",
          "line",
          "lseg",
          "box",
          "path",
          "polygon",
          "circle",
          "tsvector",
          "tsquery",
          "xml",
          "name",
          "oid",
          "regclass",
          "pg_lsn",
          "int4range",
          "int8range",
          "numrange",
          "tsrange",
          "tstzrange",
          "daterange",
          "int2",
          "int4",
          "int8",
          "float4",
          "float8",
          "bool",
          "timestamptz",
          "timetz",
          "varbit",
          "bpchar",
          "citext",
          "hstore",
          "ltree",
          "vector",
          "geometry",
          "geography");

  private AddedColumn() {}

  static Judgement judge(Node column, QualifiedName table, CreatedObjects created) {
    String name = table + "." + column.text("colname");
    Judgement worst =
        SERIAL.contains(column.struct("typeName").lastName("names"))
            ? rewrites(name + " is numbered by a sequence")
            : ofUnknownType(column.struct("typeName"), name, created);
    boolean hasDefault =
        column.list("constraints").stream().anyMatch(each -> isA(each, "CONSTR_DEFAULT"));
    for (Node constraint : column.list("constraints")) {
      worst = worst.or(constraint(constraint, name, hasDefault));
    }
    return worst;
  }

  private static Judgement ofUnknownType(Node type, String column, CreatedObjects created) {
    boolean known =
        type.list("names").getFirst().text("sval").equals("pg_catalog")
            || NO_DOMAINS.contains(type.lastName("names"))
            || created.containsType(type.lastName("names"));
    return known
        ? low()
        : medium(
            "AddColumn",
            "where the type of "
                + column
                + " is a domain with a CHECK, the table and its indexes are rewritten while nobody"
                + " can read it; as an enum it costs nothing");
  }

  private static Judgement constraint(Node constraint, String name, boolean hasDefault) {
    return switch (constraint.text("contype")) {
      case "CONSTR_DEFAULT" ->
          isOneValue(constraint.node("raw_expr"))
              ? low()
              : medium(
                  "AddColumnDefault",
                  "the default of "
                      + name
                      + " may differ from row to row, so the table and its indexes are rewritten"
                      + " while nobody can read it; add the column, SET DEFAULT, then fill it in"
                      + " batches");
      case "CONSTR_NOTNULL" ->
          hasDefault
              ? low()
              : medium(
                  "AddColumn",
                  name + " is NOT NULL without a default, which fails where the table has rows");
      case "CONSTR_IDENTITY" -> rewrites(name + " is an identity");
      case "CONSTR_GENERATED" -> rewrites(name + " is generated and stored");
      case "CONSTR_CHECK" ->
          medium(
              "AddColumn",
              "the CHECK of "
                  + name
                  + " reads the whole table while nobody can read it, though all values are NULL;"
                  + " add the column, then the CHECK as NOT VALID, then VALIDATE it");
      case "CONSTR_FOREIGN" ->
          medium(
              "AddColumn",
              name
                  + " references "
                  + constraint.relation("pktable")
                  + ", whose writers wait meanwhile; add the column, then the foreign key as NOT"
                  + " VALID, then VALIDATE it");
      case "CONSTR_UNIQUE", "CONSTR_PRIMARY" ->
          medium(
              "AddColumn",
              "an index for "
                  + name
                  + " is built while nobody can read the table; add the column, CREATE UNIQUE"
                  + " INDEX CONCURRENTLY, then ADD CONSTRAINT … USING INDEX");
      default -> low();
    };
  }

  private static Judgement rewrites(String why) {
    return medium(
        "AddColumn",
        why
            + ", so the table and its indexes are rewritten while nobody can read it; add a plain"
            + " column and fill it in batches");
  }

  private static boolean isA(Node constraint, String type) {
    return constraint.text("contype").equals(type);
  }

  /** Whether all rows get the same value. What is not known to does not. */
  private static boolean isOneValue(Node expression) {
    return switch (expression.kind()) {
      case "A_Const", "SQLValueFunction" -> true;
      case "TypeCast" -> isOneValue(expression.node("arg"));
      case "A_ArrayExpr" -> expression.list("elements").stream().allMatch(AddedColumn::isOneValue);
      case "A_Expr" ->
          (!expression.has("lexpr") || isOneValue(expression.node("lexpr")))
              && isOneValue(expression.node("rexpr"))
              && Set.of("-", "+", "||", "*").contains(expression.lastName("name"));
      case "FuncCall" ->
          STABLE.contains(expression.lastName("funcname"))
              && expression.list("args").stream().allMatch(AddedColumn::isOneValue);
      default -> false;
    };
  }
}
