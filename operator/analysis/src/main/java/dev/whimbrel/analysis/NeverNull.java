package dev.whimbrel.analysis;

import dev.whimbrel.analysis.catalog.Column;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which values cannot be NULL, told from their parse tree. What is not known may be.
 *
 * @param columns those that are not
 * @param texts those of a type of text: lower() and upper() of a range may be NULL
 */
record NeverNull(Predicate<String> columns, Predicate<String> texts) {

  private static final Set<String> FUNCTIONS =
      Set.of(
          ("now clock_timestamp statement_timestamp transaction_timestamp gen_random_uuid"
                  + " uuid_generate_v4 random nextval concat")
              .split(" "));

  /** Functions that give NULL only where they are given it. */
  private static final Set<String> OF_ARGUMENTS =
      Set.of("md5", "date_trunc", "timezone", "btrim", "replace", "round");

  /** The same of text, and the bounds of a range, which need not have any. */
  private static final Set<String> OF_TEXTS = Set.of("lower", "upper");

  private static final Set<String> GIVE_TEXT =
      Set.of("concat", "md5", "replace", "btrim", "lower", "upper");

  private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar", "citext");

  private static final Set<String> OPERATORS = Set.of("+", "-", "*", "/", "||");

  /** For values that read no column. */
  static NeverNull withoutColumns() {
    return new NeverNull(any -> false, any -> false);
  }

  /** Whether a column's type is one of text. */
  static boolean isText(Column column) {
    return TEXTS.contains(column.type());
  }

  /** Whether a value is one of them. */
  boolean holds(Node value) {
    return switch (value.kind()) {
      // A row of NULLs, which is NULL too, may be written as '(,)'.
      case "A_Const" ->
          !value.flag("isnull") && !value.fields().at("/sval/sval").asText().startsWith("(");
      case "ColumnRef" -> columns.test(value.lastName("fields"));
      case "SQLValueFunction" -> value.text("op").matches("SVFOP_(CURRENT|LOCAL)_?(DATE|TIME).*");
      case "TypeCast" -> holds(value.node("arg"));
      case "A_ArrayExpr" -> true;
      case "CoalesceExpr" -> value.list("args").stream().anyMatch(this::holds);
      case "CaseExpr" ->
          value.list("args").stream().allMatch(when -> holds(when.node("result")))
              && holds(value.node("defresult"));
      case "A_Expr" ->
          value.text("kind").equals("AEXPR_OP")
              && OPERATORS.contains(value.lastName("name"))
              && (!value.has("lexpr") || holds(value.node("lexpr")))
              && holds(value.node("rexpr"));
      case "FuncCall" -> FunctionCalls.isOfServer(value) && ofCall(value);
      default -> false;
    };
  }

  private boolean ofCall(Node call) {
    String name = call.lastName("funcname");
    boolean strict =
        OF_ARGUMENTS.contains(name)
            || OF_TEXTS.contains(name) && call.list("args").stream().allMatch(this::isText);
    return FUNCTIONS.contains(name) || strict && call.list("args").stream().allMatch(this::holds);
  }

  /** Whether a value is surely of a type of text. */
  private boolean isText(Node value) {
    return switch (value.kind()) {
      case "A_Const" -> value.has("sval");
      case "ColumnRef" -> texts.test(value.lastName("fields"));
      case "TypeCast" ->
          TEXTS.contains(value.struct("typeName").lastName("names"))
              && !value.struct("typeName").has("arrayBounds");
      case "FuncCall" ->
          GIVE_TEXT.contains(value.lastName("funcname"))
              && value.list("args").stream().allMatch(this::isText);
      default -> false;
    };
  }
}
