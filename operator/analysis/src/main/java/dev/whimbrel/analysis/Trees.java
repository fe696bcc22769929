package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlParser;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parse trees of the texts of one plan. Each text is parsed once, however many look at it, as
 * long as there is room; what comes after that is parsed for each who asks, so that a large plan
 * costs time and not memory. For one thread.
 */
public final class Trees {

  /** Characters of texts whose trees are kept. A tree takes some 70 bytes a character. */
  private static final int ROOM = 256 * 1024;

  private final SqlParser parser;
  private final Map<String, Outcome> statements = new HashMap<>();
  private final Map<String, Outcome> bodies = new HashMap<>();
  private final Map<String, Outcome> rows = new HashMap<>();
  private int room = ROOM;

  /** Of which nothing is parsed yet. */
  public Trees(SqlParser parser) {
    this.parser = parser;
  }

  /**
   * A statement with its trees, or with why it has none. In an INSERT of plain values, these may be
   * those of another.
   */
  Parsed of(Statement statement) {
    Outcome outcome =
        RowShape.of(statement)
            .map(shape -> kept(rows, shape, any -> Node.of(parser, statement.text())))
            // Where one is refused, is told in its own lines.
            .filter(shared -> shared.refusal.isEmpty())
            .orElseGet(() -> outcome(statement.text()));
    return new Parsed(statement, outcome.nodes, outcome.refusal);
  }

  /** The statements of a text; of a long INSERT not every row is kept. */
  List<Node> of(String sql) throws SqlRefused {
    return outcome(sql).orRefused();
  }

  /** The body of a DO block in PL/pgSQL. */
  Node body(String block) throws SqlRefused {
    return kept(bodies, block, sql -> List.of(new Node("", parser.plpgsql(sql))))
        .orRefused()
        .getFirst();
  }

  private Outcome outcome(String sql) {
    return kept(statements, sql, text -> Node.of(parser, text));
  }

  private Outcome kept(Map<String, Outcome> trees, String sql, Reading reading) {
    Outcome before = trees.get(sql);
    if (before != null) {
      return before;
    }
    Outcome outcome = Outcome.of(reading, sql);
    if (sql.length() <= room) {
      room -= sql.length();
      trees.put(sql, outcome);
    }
    return outcome;
  }

  private interface Reading {
    List<Node> of(String sql) throws SqlRefused;
  }

  /** What became of a text. */
  private record Outcome(List<Node> nodes, Optional<SqlRefused> refusal) {

    static Outcome of(Reading reading, String sql) {
      try {
        return new Outcome(reading.of(sql), Optional.empty());
      } catch (SqlRefused e) {
        return new Outcome(List.of(), Optional.of(e));
      }
    }

    List<Node> orRefused() throws SqlRefused {
      if (refusal.isPresent()) {
        throw refusal.get();
      }
      return nodes;
    }
  }
}
