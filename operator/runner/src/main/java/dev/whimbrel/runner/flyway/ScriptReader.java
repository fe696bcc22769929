package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.OnlineWork;
import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Token;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.analysis.source.Placeholders;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.runner.StepFailure;
import java.util.List;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.sqlscript.SqlScript;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;

/**
 * Reads scripts as Flyway will: fills placeholders, lets Flyway's own parser decide whether a
 * script runs in a transaction, and refuses what would fail or mislead later.
 */
final class ScriptReader implements AutoCloseable {

  private final FlywaySource source;
  private final SyntaxCheck syntax;
  private final Trees trees;
  private final FlywayParts parts;
  private final Placeholders placeholders;

  /**
   * @param syntax reads every statement with the server's own parser
   * @param trees of the statements
   */
  ScriptReader(Flyway flyway, FlywaySource source, SyntaxCheck syntax, Trees trees) {
    this.source = source;
    this.syntax = syntax;
    this.trees = trees;
    this.parts = new FlywayParts(flyway, source);
    this.placeholders = parts.placeholders();
  }

  /**
   * Reads a script.
   *
   * @throws StepFailure where it cannot be carried out, with file, line and fix
   */
  Script read(SourceFile file) {
    Optional<SourceFile> configurationFile = source.configurationFile(file.name());
    boolean fill = source.configuration(file.name()).placeholderReplacement();
    String sql = fill ? filled(file) : file.text();
    List<Statement> statements = statements(file, sql);
    boolean transactional = transactional(file);
    for (Statement statement : statements) {
      if (transactional && OwnTransactions.refusesTransaction(trees, statement)) {
        throw StepFailure.permanent(
            "NeedsNoTransaction",
            file.place()
                + ", line "
                + statement.line()
                + ": PostgreSQL refuses "
                + statement.firstWord()
                + " of this kind in a transaction, and Flyway would run the"
                + " script in one; put it alone in its script and add "
                + file.name()
                + ".conf with executeInTransaction=false");
      }
    }
    String hash =
        configurationFile
            .map(conf -> Sha256.hex(file.hash() + "\n" + conf.hash()))
            .orElse(file.hash());
    return new Script(
        file,
        hash,
        sql.lines().toList(),
        statements,
        OnlineWork.of(trees, statements),
        transactional);
  }

  @Override
  public void close() {
    parts.close();
  }

  private String filled(SourceFile file) {
    Placeholders.Filled filled = placeholders.fill(file.text());
    if (filled.unresolved().isEmpty()) {
      return filled.text();
    }
    Placeholders.Use use = filled.unresolved().getFirst();
    throw StepFailure.permanent(
        "UnresolvedPlaceholder",
        file.place()
            + " uses ${"
            + use.name()
            + "} in line "
            + use.line()
            + ", which has no value: add it to spec.source.flyway.placeholders, or switch"
            + " replacement off with placeholderReplacement=false in "
            + file.name()
            + ".conf");
  }

  private static List<Statement> statements(SourceFile file, String sql) {
    try {
      List<Statement> statements = Tokenizer.statements(sql);
      for (Statement statement : statements) {
        for (Token token : statement.tokens()) {
          if (token.kind() == Token.Kind.META_COMMAND) {
            throw StepFailure.permanent(
                "PsqlCommand",
                file.place()
                    + ", line "
                    + token.line()
                    + ": "
                    + firstWord(token.text())
                    + " is a command of psql, not SQL: remove it");
          }
        }
      }
      return statements;
    } catch (UnreadableSql e) {
      throw StepFailure.permanent(
          "SqlDoesNotParse",
          file.place() + ", line " + e.line() + ": " + e.getMessage() + "; correct the script");
    }
  }

  private boolean transactional(SourceFile file) {
    try {
      SqlScript script = parts.parse(file);
      script.validate();
      requireSyntax(file, script);
      return script.executeInTransaction();
    } catch (FlywayException e) {
      String said = e.getMessage().lines().findFirst().orElse("");
      if (said.contains("both transactional and non-transactional")) {
        throw StepFailure.permanent(
            "MixedStatements",
            file.place()
                + " mixes statements that need a transaction with statements that refuse"
                + " one (as CREATE INDEX CONCURRENTLY): put the latter alone in a script");
      }
      throw StepFailure.permanent(
          "SqlDoesNotParse",
          file.place() + " is refused by Flyway: " + said + "; correct the script");
    }
  }

  private void requireSyntax(SourceFile file, SqlScript script) {
    try (SqlStatementIterator statements = script.getSqlStatements()) {
      while (statements.hasNext()) {
        syntax.require(file, statements.next());
      }
    }
  }

  private static String firstWord(String command) {
    return command.split("\\s", 2)[0];
  }

  /**
   * A script, ready to be shown, judged and run.
   *
   * @param file where it comes from
   * @param hash of the script and its configuration file
   * @param lines with placeholders filled in
   * @param statements of these lines
   * @param online what of them may take long and blocks nobody
   * @param transactional whether Flyway runs it in a transaction
   */
  record Script(
      SourceFile file,
      String hash,
      List<String> lines,
      List<Statement> statements,
      OnlineWork online,
      boolean transactional) {}
}
