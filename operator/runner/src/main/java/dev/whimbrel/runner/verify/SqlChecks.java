package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import dev.whimbrel.protocol.RunnerInput.Check;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The queries of the spec, each one SELECT on a read-only session. */
final class SqlChecks {

  private static final int TIMEOUT_SECONDS = 30;

  private final Session session;

  SqlChecks(Session session) {
    this.session = session;
  }

  /** Why the check does not hold; empty where it does. */
  Optional<String> broken(Check check) {
    if (!isOneSelect(check.query())) {
      return Optional.of("is not one SELECT: correct spec.verify.sql");
    }
    try (java.sql.Statement statement = session.connection().createStatement()) {
      statement.setQueryTimeout(TIMEOUT_SECONDS);
      try (ResultSet rows = statement.executeQuery(check.query())) {
        boolean one = rows.next();
        boolean holds =
            one && rows.getMetaData().getColumnCount() == 1 && "t".equals(rows.getString(1));
        if (!one || rows.next() || rows.getMetaData().getColumnCount() != 1) {
          return Optional.of("does not return one row of one column: correct spec.verify.sql");
        }
        return holds ? Optional.empty() : Optional.of("is not true");
      }
    } catch (SQLException e) {
      return Optional.of(
          "failed: " + SqlErrors.message(e) + " (SQLSTATE " + SqlErrors.state(e) + ")");
    }
  }

  private static boolean isOneSelect(String query) {
    try {
      List<Statement> statements = Tokenizer.statements(query);
      return statements.size() == 1
          && (statements.getFirst().starts("SELECT") || statements.getFirst().starts("WITH"));
    } catch (UnreadableSql e) {
      return false;
    }
  }
}
