package dev.whimbrel.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The bounds of a partition of one column, as a CHECK says them that spares the reading. */
final class PartitionBounds {

  private static final String KEY = "%1$I";

  private PartitionBounds() {}

  /**
   * A query that prints the CHECK: which column it is about only the catalog knows. Of several
   * columns, a hash or the default partition it prints the key.
   *
   * @param bound a PartitionBoundSpec
   * @param sql the whole statement
   * @param table and the partition, as they are written in SQL
   */
  static String proof(Node bound, String sql, String table, String partition, String constraint) {
    return condition(bound, sql)
        .map(condition ->
            "SELECT format('ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID; ALTER TABLE %s"
                    .formatted(
                        inFormat(partition), inFormat(constraint), condition, inFormat(partition))
                + " VALIDATE CONSTRAINT "
                + inFormat(constraint)
                + ";', a.attname)\n"
                + "  FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid"
                + " AND a.attnum = p.partattrs[0]\n"
                + " WHERE p.partrelid = '"
                + table.replace("'", "''")
                + "'::regclass;")
        .orElse("SELECT pg_get_partkeydef('" + table.replace("'", "''") + "'::regclass);");
  }

  /**
   * The bounds in a CREATE TABLE, as they are written; empty where the statement goes on after
   * them, and so says more than they.
   *
   * @param bound a PartitionBoundSpec
   */
  static Optional<String> written(Node bound, Statement statement) {
    if (!statement.starts("CREATE") || statement.matches(1, "SCHEMA")) {
      return Optional.empty();
    }
    List<Token> tokens = statement.tokens();
    if (bound.flag("is_default")) {
      return tokens.getLast().is("DEFAULT") ? Optional.of("DEFAULT") : Optional.empty();
    }
    Optional<Integer> begin = statement.find(0, "FOR", "VALUES");
    boolean ends =
        tokens.getLast().isSymbol(')')
            && begin.filter(at -> lists(tokens, at) == lists(bound)).isPresent();
    return ends
        ? begin.map(
            at -> statement.text().substring(tokens.get(at).at() - tokens.getFirst().at()).strip())
        : Optional.empty();
  }

  /** FROM … TO … are two lists, IN and WITH one. */
  private static int lists(Node bound) {
    return bound.text("strategy").equals("r") ? 2 : 1;
  }

  /** How many lists in parentheses follow, not counting those that are in one of them. */
  private static int lists(List<Token> tokens, int from) {
    int depth = 0;
    int lists = 0;
    for (Token token : tokens.subList(from, tokens.size())) {
      if (token.isSymbol('(')) {
        lists += depth == 0 ? 1 : 0;
        depth++;
      } else if (token.isSymbol(')')) {
        depth--;
      }
    }
    return lists;
  }

  private static Optional<String> condition(Node bound, String sql) {
    String notNull = KEY + " IS NOT NULL";
    int values = Clause.find(sql, "values");
    String text = values < 0 ? "" : sql.substring(values);
    return switch (bound.text("strategy")) {
      case "l" -> list(text).map(in -> notNull + " AND " + KEY + " IN (" + in + ")");
      case "r" -> {
        Optional<String> from = one(text, "from");
        Optional<String> to = one(text, "to");
        yield bound.list("lowerdatums").size() == 1 && from.isPresent() && to.isPresent()
            ? Optional.of(notNull + side(" >= ", from.get()) + side(" < ", to.get()))
            : Optional.empty();
      }
      default -> Optional.empty();
    };
  }

  private static String side(String compares, String value) {
    boolean open = value.equalsIgnoreCase("minvalue") || value.equalsIgnoreCase("maxvalue");
    return open ? "" : " AND " + KEY + compares + inFormat(value);
  }

  /** What stands in the parentheses after a word. */
  private static Optional<String> one(String text, String word) {
    int at = Clause.find(text, word);
    int open = at < 0 ? -1 : text.indexOf('(', at);
    return open < 0 ? Optional.empty() : Optional.of(Clause.at(text.substring(open + 1), 0));
  }

  private static Optional<String> list(String text) {
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    String values = open < 0 || close < open ? "" : text.substring(open + 1, close);
    return values.isEmpty() || values.toLowerCase(Locale.ROOT).contains("null")
        ? Optional.empty()
        : Optional.of(inFormat(values));
  }

  private static String inFormat(String sql) {
    return sql.replace("%", "%%").replace("'", "''");
  }
}
