package dev.whimbrel.analysis;

import java.util.Set;
import java.util.function.Predicate;

/** Which values cannot be NULL, told from their parse tree. What is not known may be. */
final class NeverNull {

  private static final Set<String> FUNCTIONS =
      Set.of(
          ("now clock_timestamp statement_timestamp transaction_timestamp gen_random_uuid"
                  + " uuid_generate_v4 random nextval concat")
              .split(" "));

  /** Functions that give NULL only where they are given it. */
  private static final Set<String> OF_ARGUMENTS =
      Set.of("lower", "upper", "md5", "date_trunc", "timezone", "btrim", "replace", "round");

  private static final Set<String> OPERATORS = Set.of("+", "-", "*", "/", "||");

  private NeverNull() {}

  /**
   * Whether a value is one of them.
   *
   * @param columns those of which it is known
   */
  static boolean is(Node value, Predicate<String> columns) {
    return switch (value.kind()) {
      // A row of NULLs, which is NULL too, may be written as '(,)'.
      case "A_Const" ->
          !value.flag("isnull") && !value.fields().at("/sval/sval").asText().startsWith("(");
      case "ColumnRef" -> columns.test(value.lastName("fields"));
      case "SQLValueFunction" -> value.text("op").matches("SVFOP_(CURRENT|LOCAL)_?(DATE|TIME).*");
      case "TypeCast" -> is(value.node("arg"), columns);
      case "A_ArrayExpr" -> true;
      case "CoalesceExpr" -> value.list("args").stream().anyMatch(each -> is(each, columns));
      case "CaseExpr" ->
          value.list("args").stream().allMatch(when -> is(when.node("result"), columns))
              && is(value.node("defresult"), columns);
      case "A_Expr" ->
          value.text("kind").equals("AEXPR_OP")
              && OPERATORS.contains(value.lastName("name"))
              && (!value.has("lexpr") || is(value.node("lexpr"), columns))
              && is(value.node("rexpr"), columns);
      case "FuncCall" ->
          FunctionCalls.isOfServer(value)
              && (FUNCTIONS.contains(value.lastName("funcname"))
                  || OF_ARGUMENTS.contains(value.lastName("funcname"))
                      && value.list("args").stream().allMatch(each -> is(each, columns)));
      default -> false;
    };
  }
}
