package dev.whimbrel.quickstart.stage;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A story's own sessions with the database: what an application writes, and what is there. */
public final class Rows {

  private final Cluster cluster;

  /** Of the cluster's database. */
  public Rows(Cluster cluster) {
    this.cluster = cluster;
  }

  /** Writes as the application does. */
  public void write(String statements) {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException("the application cannot write: " + e.getMessage(), e);
    }
  }

  /** What a query gives, as lines of text with the names of the columns first. */
  public List<String> of(String query) {
    List<String[]> rows = new ArrayList<>();
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      ResultSetMetaData columns = result.getMetaData();
      String[] head = new String[columns.getColumnCount()];
      for (int i = 0; i < head.length; i++) {
        head[i] = columns.getColumnName(i + 1);
      }
      rows.add(head);
      while (result.next()) {
        String[] row = new String[head.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = String.valueOf(result.getString(i + 1));
        }
        rows.add(row);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not answer: " + e.getMessage(), e);
    }
    return Table.aligned(rows).stream().map(line -> "  " + line).toList();
  }
}
