package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a DO block shows of what it does.
 *
 * @param statements each of which it may carry out
 * @param complete whether these are all: not, where it is in another language than PL/pgSQL, cannot
 *     be read, or puts a statement together
 * @param commits whether it ends transactions in between
 */
record Block(List<Node> statements, boolean complete, boolean commits) {

  /** EXECUTE, FOR … IN EXECUTE, and OPEN or RETURN QUERY with EXECUTE. */
  private static final Set<String> PUT_TOGETHER =
      Set.of("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors", "dynquery");

  private static final Set<String> ENDS = Set.of("PLpgSQL_stmt_commit", "PLpgSQL_stmt_rollback");

  /** What stands before the value in an assignment. */
  private static final Pattern TARGET = Pattern.compile("^\\s*[\\w.\"]+\\s*:?=");

  static Block of(Trees trees, Node block, String sql) {
    try {
      Node body = trees.body(sql);
      Set<String> executed =
          body.all(PUT_TOGETHER).map(Block::executed).collect(Collectors.toUnmodifiableSet());
      List<Optional<List<Node>>> expressions =
          body.all("PLpgSQL_expr")
              .map(each -> each.text("query"))
              .map(query ->
                  (executed.contains(query) ? constant(trees, query) : Optional.<List<Node>>empty())
                      .or(() -> expression(trees, query)))
              .toList();
      return new Block(
          expressions.stream().flatMap(Optional::stream).flatMap(List::stream).toList(),
          isPlpgsql(block)
              && body.all(PUT_TOGETHER).findAny().isEmpty()
              && expressions.stream().allMatch(Optional::isPresent),
          body.all(ENDS).findAny().isPresent());
    } catch (SqlRefused e) {
      return new Block(List.of(), false, false);
    }
  }

  /** Of another language the parser makes an empty body. */
  private static boolean isPlpgsql(Node block) {
    return block.list("args").stream()
        .filter(argument -> argument.text("defname").equals("language"))
        .allMatch(argument -> argument.node("arg").text("sval").equals("plpgsql"));
  }

  /** The expression that gives the statement which is put together. */
  private static String executed(Node dynamic) {
    JsonNode query = dynamic.is("dynquery") ? dynamic.fields() : dynamic.fields().path("query");
    return query.at("/PLpgSQL_expr/query").asText();
  }

  /** EXECUTE of one constant is as good as the statement. */
  private static Optional<List<Node>> constant(Trees trees, String expression) {
    try {
      Node select = trees.of("SELECT " + expression).getFirst();
      Node value = select.list("targetList").getFirst().node("val");
      String sql = value.fields().at("/sval/sval").asText();
      return value.is("A_Const") && !sql.isEmpty() ? Optional.of(trees.of(sql)) : Optional.empty();
    } catch (SqlRefused e) {
      return Optional.empty();
    }
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
