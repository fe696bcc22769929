package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text of a CHECK that a script is about to add, where it may be evaluated before anybody has
 * approved the script: it calls nothing but harmless functions of PostgreSQL.
 */
final class CheckExpression {

  private static final Set<String> HARMLESS =
      Set.of(
          "length",
          "char_length",
          "character_length",
          "octet_length",
          "lower",
          "upper",
          "btrim",
          "ltrim",
          "rtrim",
          "substr",
          "substring",
          "position",
          "strpos",
          "starts_with",
          "abs",
          "round",
          "floor",
          "ceil",
          "ceiling",
          "mod",
          "sign",
          "cardinality",
          "array_length",
          "num_nulls",
          "num_nonnulls",
          "jsonb_typeof",
          "json_typeof",
          "jsonb_array_length",
          "isfinite",
          "date_part",
          "date_trunc",
          "extract");

  private CheckExpression() {}

  /** The text between its parentheses; empty where it may not be evaluated, or is not found. */
  static Optional<String> of(Trees trees, Statement statement, Node constraint) {
    String check =
        Clause.unnamed(Clause.at(statement.text(), constraint.fields().path("location").asInt()));
    int open = check.indexOf('(');
    String expression = open < 0 ? "" : Clause.at(check.substring(open + 1), 0);
    return harmless(trees, expression).map(any -> expression);
  }

  /** An expression as PostgreSQL reads it; empty where it may not be evaluated. */
  static Optional<Node> harmless(Trees trees, String expression) {
    try {
      // A comment at its end must not hide what follows.
      List<Node> select = trees.of("SELECT (" + expression + "\n)");
      return select.size() == 1 && isHarmless(select.getFirst())
          ? Optional.of(select.getFirst().list("targetList").getFirst().node("val"))
          : Optional.empty();
    } catch (SqlRefused e) {
      return Optional.empty();
    }
  }

  /** Whether it gives the same for the same row, reads nothing else and changes nothing. */
  static boolean isHarmless(Node select) {
    return select.all("FuncCall").allMatch(CheckExpression::isHarmlessCall)
        && select.all("SubLink").findAny().isEmpty()
        && select
            .all("TypeCast")
            .map(cast -> cast.struct("typeName").list("names").getFirst().text("sval"))
            .allMatch(type -> type.equals("pg_catalog") || type.equals("text"));
  }

  static boolean isHarmlessCall(Node call) {
    List<Node> name = call.list("funcname");
    boolean ofServer = name.size() == 1 || name.getFirst().text("sval").equals("pg_catalog");
    return ofServer && HARMLESS.contains(call.lastName("funcname"));
  }
}
