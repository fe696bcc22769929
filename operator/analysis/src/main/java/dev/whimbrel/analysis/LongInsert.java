package dev.whimbrel.analysis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An INSERT of so many rows that it is too long to be parsed at once. It is cut between rows and
 * parsed piece by piece, each with all that is not rows; of the rows one of each shape is kept.
 *
 * @param sql the statement
 * @param rows where the list of rows begins, where each ends, in characters
 */
record LongInsert(String sql, List<Integer> rows) {

  /** Of rows, in characters: far below the longest that is parsed, and so is the tree of them. */
  private static final int PIECE = PgQuery.LONGEST / 8;

  /** Shapes of rows. Rows of data have few; what has more is not taken for data. */
  private static final int SHAPES = 500;

  /** Reads it; empty where it is short enough, or something else. */
  static Optional<LongInsert> of(String sql) {
    if (sql.length() <= PIECE || !sql.regionMatches(true, 0, "INSERT", 0, 6)) {
      return Optional.empty();
    }
    try {
      List<Statement> statements = Tokenizer.statements(sql);
      return statements.size() == 1 ? of(sql, statements.getFirst().tokens()) : Optional.empty();
    } catch (UnreadableSql e) {
      return Optional.empty();
    }
  }

  private static Optional<LongInsert> of(String sql, List<Token> tokens) {
    List<Integer> rows = new ArrayList<>();
    int depth = 0;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      boolean closes = token.isSymbol(')') || token.isSymbol(']');
      depth += token.isSymbol('(') || token.isSymbol('[') ? 1 : closes ? -1 : 0;
      if (rows.isEmpty()) {
        if (depth == 0 && token.is("VALUES")) {
          rows.add(token.at() + token.text().length());
        }
      } else if (depth == 0 && closes) {
        rows.add(token.at() + 1);
        if (i + 1 == tokens.size() || !tokens.get(i + 1).isSymbol(',')) {
          break;
        }
      }
    }
    return rows.size() > 2 ? Optional.of(new LongInsert(sql, rows)) : Optional.empty();
  }

  /**
   * Parses all of it.
   *
   * @throws SqlRefused where a row is refused, with its place in the whole statement; or where one
   *     of them, or what is not rows, is too long
   */
  Node parse(SqlParser parser) throws SqlRefused {
    Optional<ObjectNode> whole = Optional.empty();
    Set<String> shapes = new HashSet<>();
    ArrayNode kept = null;
    int from = 0;
    while (from + 1 < rows.size()) {
      int to = from + 1;
      while (to + 1 < rows.size() && rows.get(to + 1) - rows.get(from) <= PIECE) {
        to++;
      }
      List<Node> parsed = parsed(parser, from, to);
      if (parsed.size() != 1 || !(parsed.getFirst().fields() instanceof ObjectNode insert)) {
        throw new IllegalStateException("one INSERT was cut into several statements");
      }
      JsonNode values = insert.at("/selectStmt/SelectStmt/valuesLists");
      if (kept == null && values instanceof ArrayNode first) {
        kept = first.arrayNode();
        whole = Optional.of(insert);
      }
      for (JsonNode row : values) {
        if (shapes.add(shape(row)) && kept != null) {
          kept.add(row);
        }
      }
      if (shapes.size() > SHAPES) {
        // What the parser says of a text that is too long.
        return Node.parsed(parser, sql).getFirst();
      }
      from = to;
    }
    ObjectNode insert = whole.orElseThrow();
    ((ObjectNode) insert.at("/selectStmt/SelectStmt")).set("valuesLists", kept);
    return new Node("InsertStmt", insert);
  }

  /** Some rows with all that is not rows. */
  private List<Node> parsed(SqlParser parser, int from, int to) throws SqlRefused {
    String some = sql.substring(rows.get(from), rows.get(to));
    try {
      return Node.parsed(
          parser,
          sql.substring(0, rows.getFirst())
              + (from == 0 ? some : some.replaceFirst(",", " "))
              + sql.substring(rows.getLast()));
    } catch (SqlRefused e) {
      String skipped = sql.substring(rows.getFirst(), rows.get(from));
      throw e.after((int) skipped.chars().filter(c -> c == '\n').count());
    }
  }

  /** A row without its values and places. */
  private static String shape(JsonNode row) {
    StringBuilder shape = new StringBuilder();
    describe(row, shape);
    return shape.toString();
  }

  private static void describe(JsonNode json, StringBuilder shape) {
    if (json.isArray()) {
      shape.append('[');
      json.forEach(each -> describe(each, shape));
      shape.append(']');
    } else if (json.isObject()) {
      json.properties()
          .forEach(field -> {
            if (field.getKey().equals("A_Const")) {
              shape.append('?');
            } else if (!field.getKey().equals("location")) {
              shape.append(field.getKey()).append('(');
              describe(field.getValue(), shape);
              shape.append(')');
            }
          });
    } else {
      shape.append(json.asText());
    }
  }
}
