package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.cli.source.ReadScript.Transaction;
import java.util.List;
import java.util.Optional;

/** Whether Flyway runs a script in a transaction, and what is wrong with that. */
final class FlywayTransactions {

  private final Trees trees;

  /**
   * @param trees of the statements
   */
  FlywayTransactions(Trees trees) {
    this.trees = trees;
  }

  /**
   * In which it runs one. Where PostgreSQL would refuse the transaction, that is a finding, and
   * nothing follows from it.
   *
   * @param executeInTransaction what the script's configuration file says
   */
  Transaction of(List<Statement> statements, Optional<Boolean> executeInTransaction) {
    return executeInTransaction.orElse(true) ? Transaction.of(trees, statements) : Transaction.NONE;
  }

  /**
   * What is wrong with it.
   *
   * @param executeInTransaction what the script's configuration file says
   */
  Optional<Finding> finding(
      String file, List<Statement> statements, Optional<Boolean> executeInTransaction) {
    if (executeInTransaction.equals(Optional.of(false))) {
      return Optional.empty();
    }
    List<Statement> refusing =
        statements.stream()
            .filter(statement -> OwnTransactions.refusesTransaction(trees, statement))
            .toList();
    return refusing.stream()
        .filter(statement -> executeInTransaction.isPresent() || !flywayKnows(statement))
        .findFirst()
        .map(statement -> needsNone(file, statement))
        .or(() ->
            refusing.stream()
                .filter(statement -> refusing.size() < statements.size())
                .findFirst()
                .map(statement -> mixed(file, statement)));
  }

  private static Finding needsNone(String file, Statement statement) {
    return SqlText.finding(
        Rule.NEEDS_NO_TRANSACTION,
        Risk.UNSAFE,
        "PostgreSQL refuses "
            + statement.firstWord()
            + " of this kind in a transaction, and Flyway runs the script in one; put it"
            + " alone in its script and add a file of the script's name and .conf with"
            + " executeInTransaction=false",
        file,
        statement.line());
  }

  private static Finding mixed(String file, Statement statement) {
    return SqlText.finding(
        Rule.MIXED_STATEMENTS,
        Risk.UNSAFE,
        "Flyway refuses a script that mixes statements that need a transaction with"
            + " statements that refuse one: put this one alone in a script",
        file,
        statement.line());
  }

  /** Whether Flyway 13 sees by itself, by the first words, that it runs without a transaction. */
  private static boolean flywayKnows(Statement s) {
    return switch (s.firstWord()) {
      case "REINDEX" -> {
        int what = s.isAny(1, "VERBOSE") ? 2 : 1;
        yield s.isAny(what, "SCHEMA", "DATABASE", "SYSTEM");
      }
      case "ALTER" -> s.matches(1, "SYSTEM");
      case "CLUSTER" -> false;
      default -> true;
    };
  }
}
