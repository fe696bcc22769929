package dev.whimbrel.analysis.locks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Traces statements, each in a transaction that is rolled back. */
public final class RolledBack implements TracedSession<SQLException> {

  private final Connection connection;
  private final LockTracer<SQLException> tracer;

  /**
   * Notes what is there.
   *
   * @param connection to a database that holds the relations
   */
  public RolledBack(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    this.tracer = new LockTracer<>(this);
    connection.rollback();
  }

  /**
   * What the statement does, a line for each relation.
   *
   * @throws SQLException where the connection is lost
   */
  public List<String> trace(String sql) throws SQLException {
    try {
      return tracer.trace(sql).stream().map(Effect::toString).toList();
    } catch (SQLException e) {
      return List.of("refused " + e.getSQLState());
    } finally {
      connection.rollback();
    }
  }

  @Override
  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public List<Map<String, String>> rows(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<Map<String, String>> all = new ArrayList<>();
      while (rows.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.put(rows.getMetaData().getColumnLabel(i), rows.getString(i));
        }
        all.add(row);
      }
      return all;
    }
  }
}
