package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A statement with its parse trees, or with why it has none.
 *
 * @param nodes mostly one
 * @param refusal what PostgreSQL's parser says; empty where it reads the statement
 */
record Parsed(Statement statement, List<Node> nodes, Optional<SqlRefused> refusal) {

  /** Its trees; in the place of a DO block those of what it shows. */
  Stream<Node> shown(Trees trees) {
    return nodes.stream()
        .flatMap(node ->
            node.is("DoStmt")
                ? Block.of(trees, node, statement.text()).statements().stream()
                : Stream.of(node));
  }
}
