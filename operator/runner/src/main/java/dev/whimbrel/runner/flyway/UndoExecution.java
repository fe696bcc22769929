package dev.whimbrel.runner.flyway;

import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.PreparedWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.internal.database.base.Schema;

/**
 * Undoes revisions, newest first: each in one transaction that also writes a row of type DELETE, by
 * which Flyway's own repair says that a version is not in any more. So the history never says what
 * is not so, and forgets nothing. Not by rows of type UNDO_SQL, as Flyway's paid editions do:
 * before such a row the free ones refuse to work.
 */
final class UndoExecution implements PreparedWork {

  private final FlywaySource source;
  private final HistoryTable history;
  private final List<UndoStep> steps;

  /**
   * An execution.
   *
   * @param history as it was when the steps were prepared
   * @param steps in the order in which they are carried out
   */
  UndoExecution(FlywaySource source, HistoryTable history, List<UndoStep> steps) {
    this.source = source;
    this.history = history;
    this.steps = List.copyOf(steps);
  }

  @Override
  public void carryOut(GuardedSession guarded, Runnable done) throws SQLException {
    RevisionRunner runner = new RevisionRunner(guarded);
    FlywayEngine engine =
        new FlywayEngine(guarded.job().input().flyway(), guarded.session(), source);
    try (FlywayParts parts = new FlywayParts(engine.forPlanning(), source)) {
      Schema<?, ?> schema = parts.database().getMainConnection().getSchema(history.schema());
      for (UndoStep step : steps) {
        guarded
            .job()
            .log()
            .info("Undo begins", "revision", step.row().script(), "script", step.file().name());
        runner.run(
            step.file().name(),
            List.of(step.revision()),
            // Under the lock by which Flyway keeps others of its kind out while it migrates.
            last ->
                parts
                    .database()
                    .getMainConnection()
                    .lock(
                        schema.getTable(history.table()),
                        () -> {
                          undo(step, parts, schema, guarded.session());
                          return true;
                        }));
        done.run();
      }
    }
  }

  private void undo(UndoStep step, FlywayParts parts, Schema<?, ?> schema, Session session)
      throws SQLException {
    Connection connection = session.connection();
    String path = session.text("SELECT pg_catalog.current_setting('search_path')").orElse("");
    boolean committed = false;
    connection.setAutoCommit(false);
    try {
      parts.database().getMainConnection().changeCurrentSchemaTo(schema);
      parts.executor().execute(parts.parse(step.file()), parts.configuration());
      markDeleted(step.row(), session);
      connection.commit();
      committed = true;
    } finally {
      leave(connection, committed);
    }
    session.set("search_path", path);
  }

  /**
   * On the same session and in the same transaction as the script, under Flyway's lock on its
   * table. Only where the row is as it was: nobody may have said so before.
   */
  private void markDeleted(HistoryTable.Row row, Session session) throws SQLException {
    String table =
        session
            .text(
                "SELECT pg_catalog.format('%I.%I', ?::text, ?::text)",
                history.schema(), history.table())
            .orElseThrow();
    String mark =
        """
        INSERT INTO %1$s (installed_rank, version, description, type, script, checksum,
          installed_by, execution_time, success)
        SELECT (SELECT pg_catalog.max(installed_rank) + 1 FROM %1$s), version, description,
          'DELETE', script, checksum, current_user, 0, true
        FROM %1$s AS done
        WHERE installed_rank = ? AND version = ? AND NOT EXISTS (
          SELECT FROM %1$s AS later
          WHERE later.version = done.version AND later.installed_rank > done.installed_rank)
        """
            .formatted(table);
    try (PreparedStatement insert = session.connection().prepareStatement(mark)) {
      insert.setInt(1, row.rank());
      insert.setString(2, row.version());
      int rows = insert.executeUpdate();
      if (rows != 1) {
        throw StepFailure.permanent(
            "HistoryChanged",
            "the row of version "
                + row.version()
                + " in "
                + table
                + " is not what it was: somebody else changes it; this revision was not undone");
      }
    }
  }

  private static void leave(Connection connection, boolean committed) throws SQLException {
    if (connection.isClosed()) {
      return;
    }
    if (!committed) {
      connection.rollback();
    }
    connection.setAutoCommit(true);
  }
}
