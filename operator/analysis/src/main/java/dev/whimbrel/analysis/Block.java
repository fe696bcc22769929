package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a DO block shows of what it does.
 *
 * @param statements each of which it may carry out
 * @param complete whether these are all: not, where it is in another language than PL/pgSQL, cannot
 *     be read, or puts a statement together
 */
record Block(List<Node> statements, boolean complete) {

  /** EXECUTE, FOR … IN EXECUTE, and OPEN or RETURN QUERY with EXECUTE. */
  private static final Set<String> PUT_TOGETHER =
      Set.of("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors", "dynquery");

  /** What stands before the value in an assignment. */
  private static final Pattern TARGET = Pattern.compile("^\\s*[\\w.\"]+\\s*:?=");

  static Block of(Trees trees, Node block, String sql) {
    try {
      Node body = trees.body(sql);
      List<Optional<List<Node>>> expressions =
          body.all("PLpgSQL_expr").map(each -> expression(trees, each.text("query"))).toList();
      return new Block(
          expressions.stream().flatMap(Optional::stream).flatMap(List::stream).toList(),
          isPlpgsql(block)
              && body.all(PUT_TOGETHER).findAny().isEmpty()
              && expressions.stream().allMatch(Optional::isPresent));
    } catch (SqlRefused e) {
      return new Block(List.of(), false);
    }
  }

  /** Of another language the parser makes an empty body. */
  private static boolean isPlpgsql(Node block) {
    return block.list("args").stream()
        .filter(argument -> argument.text("defname").equals("language"))
        .allMatch(argument -> argument.node("arg").text("sval").equals("plpgsql"));
  }

  /** An expression of PL/pgSQL is a whole statement, an assignment, or what a SELECT returns. */
  private static Optional<List<Node>> expression(Trees trees, String sql) {
    return readable(trees, sql).map(Readable::nodes);
  }

  /** A text that stands for an expression of PL/pgSQL, and what the parser makes of it. */
  record Readable(String sql, List<Node> nodes) {}

  static Optional<Readable> readable(Trees trees, String sql) {
    String value = TARGET.matcher(sql).replaceFirst("");
    for (String candidate : List.of(sql, "SELECT " + value)) {
      try {
        return Optional.of(new Readable(candidate, trees.of(candidate)));
      } catch (SqlRefused e) {
        // The other spelling may be the right one.
      }
    }
    return Optional.empty();
  }
}
