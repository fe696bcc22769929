package dev.whimbrel.cli.source;

import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.source.ScriptVersion;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One script.
 *
 * @param file where it stands, as messages call it; several scripts may stand in one
 * @param name of the script in its source, unlike any other there: a file or a revision
 * @param version of Flyway's scripts that have one
 * @param transaction in which it runs
 * @param statements as far as it can be read; their lines are those of the file
 * @param findings what is wrong with it before any statement is judged
 * @param renderedFrom the line of the file that all statements were rendered from; empty where they
 *     stand in the file themselves
 */
public record ReadScript(
    String file,
    String name,
    Role role,
    Optional<ScriptVersion> version,
    Transaction transaction,
    List<Statement> statements,
    List<Finding> findings,
    OptionalInt renderedFrom) {

  public ReadScript {
    statements = List.copyOf(statements);
    findings = List.copyOf(findings);
  }

  ReadScript(
      String file,
      String name,
      Role role,
      Optional<ScriptVersion> version,
      Transaction transaction,
      List<Statement> statements,
      List<Finding> findings) {
    this(file, name, role, version, transaction, statements, findings, OptionalInt.empty());
  }

  /** The same, of which a file holds what it was rendered from. */
  ReadScript renderedFrom(String file, int line) {
    return new ReadScript(
        file, name, role, version, transaction, statements, findings, OptionalInt.of(line));
  }

  /** In which transaction a script runs. */
  public enum Transaction {
    /** In none: each statement for itself. */
    NONE,
    /** In one of its own. */
    OWN,
    /** In that of the script before it. */
    JOINED;

    /** What a tool does that looks whether a statement refuses to be in one. */
    static Transaction of(Trees trees, List<Statement> statements) {
      return statements.stream().anyMatch(each -> OwnTransactions.refusesTransaction(trees, each))
          ? NONE
          : OWN;
    }
  }

  /** When it runs. */
  public enum Role {
    /** With the others, in order. */
    MIGRATION,
    /** Around the others. */
    CALLBACK,
    /** Only where a migration is taken back. */
    UNDO
  }
}
