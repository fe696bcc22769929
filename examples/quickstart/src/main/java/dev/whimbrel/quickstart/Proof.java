package dev.whimbrel.quickstart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The application's side of the story: rows it writes, and what the database itself says. */
final class Proof {

  private final Cluster cluster;

  Proof(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The application goes to work on the first schema. */
  void writeOrders() {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO customers VALUES (1, 'ada@example.com'), (2, 'grace@example.com')");
      statement.execute("INSERT INTO orders VALUES (10, 1, 19.90), (11, 2, 7.50), (12, 1, 42.00)");
    } catch (SQLException e) {
      throw new IllegalStateException("the application cannot write: " + e.getMessage(), e);
    }
  }

  /** Flyway's history in the database. */
  List<String> history() {
    return rows(
        "SELECT version, description, script, success FROM flyway_schema_history"
            + " ORDER BY installed_rank");
  }

  /** The orders as they are now. */
  List<String> orders() {
    return rows("SELECT * FROM orders ORDER BY id");
  }

  private List<String> rows(String query) {
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
