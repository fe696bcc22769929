package dev.whimbrel.analysis;

import dev.whimbrel.analysis.pgquery.SqlRefused;
import java.util.List;
import java.util.Optional;

/**
 * A statement with its parse trees, or with why it has none.
 *
 * @param nodes mostly one
 * @param refusal what PostgreSQL's parser says; empty where it reads the statement
 */
record Parsed(Statement statement, List<Node> nodes, Optional<SqlRefused> refusal) {}
