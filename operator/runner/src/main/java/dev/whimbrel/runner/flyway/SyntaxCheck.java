package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.flywaydb.core.internal.sqlscript.SqlStatement;
import org.postgresql.util.PSQLException;

/**
 * Lets the server's own parser read a statement without executing it: inside a block of PL/pgSQL
 * that is compiled and never entered. PL/pgSQL parses every statement of a block when it compiles
 * it (PostgreSQL documentation, "PL/pgSQL under the Hood"), and looks at no table before it
 * executes.
 *
 * <p>Statements that PL/pgSQL reads otherwise than PostgreSQL does are left out, and so is
 * everything where PL/pgSQL is not to be had: what is not checked here fails when it is executed.
 */
final class SyntaxCheck {

  private static final String SYNTAX_ERROR = "42601";
  private static final int LONGEST = 200_000;
  private static final String QUOTE = "$whimbrel_syntax$";
  private static final String PREFIX = "BEGIN IF false THEN\n";

  /** First words that begin something else in PL/pgSQL, and COPY, whose data follow. */
  private static final Set<String> READ_OTHERWISE =
      Set.of(
          "ASSERT",
          "BEGIN",
          "CALL",
          "CASE",
          "CLOSE",
          "COMMIT",
          "CONTINUE",
          "COPY",
          "DECLARE",
          "DO",
          "ELSE",
          "ELSIF",
          "END",
          "EXCEPTION",
          "EXECUTE",
          "EXIT",
          "FETCH",
          "FOR",
          "FOREACH",
          "GET",
          "IF",
          "LOOP",
          "MOVE",
          "NULL",
          "OPEN",
          "PERFORM",
          "RAISE",
          "RETURN",
          "ROLLBACK",
          "TABLE",
          "WHILE",
          // An opening parenthesis.
          "");

  private final Session session;

  SyntaxCheck(Session session) {
    this.session = session;
  }

  /**
   * Reads one statement.
   *
   * @throws StepFailure where the server's parser refuses it, with file, line and what it says
   */
  void require(SourceFile file, SqlStatement statement) {
    String sql = statement.getSql();
    if (sql.length() > LONGEST || sql.contains(QUOTE) || !readAlike(sql)) {
      return;
    }
    try {
      session.execute(
          "DO " + QUOTE + PREFIX + sql + "\n;" + "END IF; END " + QUOTE + " LANGUAGE plpgsql");
    } catch (SQLException e) {
      if (SYNTAX_ERROR.equals(SqlErrors.state(e))) {
        throw StepFailure.permanent(
            "SqlDoesNotParse",
            file.place()
                + ", line "
                + (statement.getLineNumber() + linesBefore(e, sql))
                + ": "
                + SqlErrors.message(e)
                + " (SQLSTATE "
                + SYNTAX_ERROR
                + "); correct the script");
      }
      // Nothing about syntax: no PL/pgSQL here, or a timeout. A broken session shows by itself.
    }
  }

  private static boolean readAlike(String sql) {
    try {
      List<Statement> statements = Tokenizer.statements(sql);
      if (statements.size() != 1) {
        return false;
      }
      Statement statement = statements.getFirst();
      boolean assigns =
          statement.contains("INTO") && Set.of("SELECT", "WITH").contains(statement.firstWord());
      boolean holdsSemicolons =
          statement.starts("CREATE")
              && (statement.contains("RULE") || statement.contains("ATOMIC"));
      return !READ_OTHERWISE.contains(statement.firstWord()) && !assigns && !holdsSemicolons;
    } catch (UnreadableSql e) {
      return false;
    }
  }

  /** Lines of the statement before the place of the error, where the server says which it is. */
  private static long linesBefore(SQLException error, String sql) {
    if (error instanceof PSQLException psql && psql.getServerErrorMessage() != null) {
      int outer = psql.getServerErrorMessage().getPosition();
      int inner = psql.getServerErrorMessage().getInternalPosition();
      int start = ("DO " + QUOTE + PREFIX).length();
      int place = outer > 0 ? outer - 1 - start : inner - 1 - PREFIX.length();
      if (place > 0 && place <= sql.length()) {
        return sql.substring(0, place).chars().filter(c -> c == '\n').count();
      }
    }
    return 0;
  }
}
