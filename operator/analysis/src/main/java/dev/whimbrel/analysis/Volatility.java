package dev.whimbrel.analysis;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long an expression gives the same for the same row, told from its parse tree. As PostgreSQL's
 * provolatile ("Function Volatility Categories" of its manual), but for functions that depend on
 * the session's settings and on nothing else: those are steady here. What is not known is volatile,
 * and so is a subquery. Operators and casts are taken for PostgreSQL's own, none of which is
 * volatile.
 */
enum Volatility {
  /** Whenever it is asked, as long as the session's settings are the same. */
  STEADY,
  /** Throughout one statement. */
  STABLE,
  /** It may differ from row to row, or nobody knows. */
  VOLATILE;

  static final Set<String> STEADY_FUNCTIONS =
      Set.of(
          ("abs array_append array_cat array_fill array_length array_position array_prepend"
                  + " array_remove array_to_string array_upper ascii btrim cardinality ceil ceiling"
                  + " char_length character_length chr concat concat_ws date_bin date_part"
                  + " date_trunc daterange decode encode exp extract float8 floor format initcap"
                  + " int4 int4range int8range isfinite json_build_array json_build_object"
                  + " json_object json_typeof jsonb_array_length jsonb_build_array"
                  + " jsonb_build_object jsonb_object jsonb_set jsonb_strip_nulls jsonb_typeof"
                  + " left length like_escape ln log lower lpad ltrim make_date"
                  + " make_interval make_timestamp make_timestamptz md5 mod num_nonnulls num_nulls"
                  + " numrange octet_length overlay pi position power quote_ident quote_literal"
                  + " regexp_match regexp_replace repeat replace reverse right round row_to_json"
                  + " rpad rtrim sha256 sign similar_to_escape split_part sqrt starts_with"
                  + " string_to_array strpos substr substring text timezone to_char to_date to_json"
                  + " to_jsonb to_number to_timestamp to_tsvector translate trunc tsrange tstzrange"
                  + " upper width_bucket")
              .split(" "));

  static final Set<String> STABLE_FUNCTIONS =
      Set.of(
          ("age current_database current_schema current_setting now pg_backend_pid pg_typeof"
                  + " statement_timestamp transaction_timestamp txid_current version")
              .split(" "));

  /** Words that the types of dates and times read as of the moment. */
  private static final Pattern MOMENT = Pattern.compile("(?i)\\b(now|today|tomorrow|yesterday)\\b");

  /** A row gets others whenever it is written. */
  private static final Set<String> SYSTEM_COLUMNS = Set.of("ctid", "xmin", "xmax", "cmin", "cmax");

  /**
   * That of an expression.
   *
   * @param expression of any kind; without one, what is not there is steady
   */
  static Volatility of(Node expression) {
    return switch (expression.kind()) {
      case "" -> STEADY;
      case "A_Const" ->
          MOMENT.matcher(expression.fields().at("/sval/sval").asText()).find() ? STABLE : STEADY;
      case "ColumnRef" ->
          SYSTEM_COLUMNS.contains(expression.lastName("fields")) ? VOLATILE : STEADY;
      case "SQLValueFunction" -> STABLE;
      case "TypeCast", "CollateClause", "NullTest", "BooleanTest", "NamedArgExpr" ->
          of(expression.node("arg"));
      case "BoolExpr", "CoalesceExpr", "MinMaxExpr", "RowExpr" -> worst(expression.list("args"));
      case "A_Indirection" ->
          worst(
              Stream.concat(
                      Stream.of(expression.node("arg")), expression.list("indirection").stream())
                  .toList());
      case "A_Indices" -> worst(List.of(expression.node("lidx"), expression.node("uidx")));
      case "A_ArrayExpr" -> worst(expression.list("elements"));
      case "List" -> worst(expression.list("items"));
      case "CaseExpr" ->
          worst(
              Stream.concat(
                      Stream.of(expression.node("arg"), expression.node("defresult")),
                      expression.list("args").stream()
                          .flatMap(when -> Stream.of(when.node("expr"), when.node("result"))))
                  .toList());
      case "A_Expr" ->
          isOfServer(expression.names("name"))
              ? worst(List.of(expression.node("lexpr"), expression.node("rexpr")))
              : VOLATILE;
      case "FuncCall" -> ofCall(expression);
      default -> VOLATILE;
    };
  }

  private static Volatility ofCall(Node call) {
    String name = call.lastName("funcname");
    if (!isOfServer(call.names("funcname"))
        || !STEADY_FUNCTIONS.contains(name) && !STABLE_FUNCTIONS.contains(name)) {
      return VOLATILE;
    }
    Volatility own = STEADY_FUNCTIONS.contains(name) ? STEADY : STABLE;
    Volatility given = worst(call.list("args"));
    return own.compareTo(given) > 0 ? own : given;
  }

  private static Volatility worst(List<Node> parts) {
    return parts.stream().map(Volatility::of).max(Comparator.naturalOrder()).orElse(STEADY);
  }

  /** Without a schema, PostgreSQL finds its own first. */
  private static boolean isOfServer(List<String> name) {
    return name.size() == 1 || name.getFirst().equals("pg_catalog");
  }
}
