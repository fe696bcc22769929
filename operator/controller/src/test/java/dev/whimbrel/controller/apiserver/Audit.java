package dev.whimbrel.controller.apiserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What happened in the database, and an exact pause button. Scripts leave a row in {@code
 * audit.ran}; one that touches {@code audit.gate} stands still for as long as the gate is closed.
 */
final class Audit {

  private static final Duration LIMIT = Duration.ofSeconds(120);

  /**
   * A script that stands at the gate, or builds an index while a reader is there. Who plans waits
   * for a closed gate too, but is no run.
   */
  private static final String AT_GATE =
      " AND wait_event_type = 'Lock' AND query ~ 'audit\\.gate|CONCURRENTLY'";

  private final Stage stage;
  private final Stage.Scenario scenario;
  private final String database;

  private Audit(Stage stage, Stage.Scenario scenario) {
    this.stage = stage;
    this.scenario = scenario;
    this.database = scenario.databaseName();
  }

  /** Creates the schema in a scenario's database. */
  static Audit in(Stage stage, Stage.Scenario scenario) {
    Audit audit = new Audit(stage, scenario);
    stage
        .database()
        .execute(
            audit.database,
            """
            CREATE SCHEMA audit;
            CREATE TABLE audit.ran (script text NOT NULL);
            CREATE TABLE audit.gate (passed int NOT NULL);
            GRANT USAGE ON SCHEMA audit TO PUBLIC;
            GRANT SELECT, INSERT ON audit.ran, audit.gate TO PUBLIC;
            """);
    return audit;
  }

  /** A script that creates a table and leaves a row. */
  static String script(String name) {
    return "CREATE TABLE %1$s (id bigint PRIMARY KEY);\nINSERT INTO audit.ran VALUES ('%1$s');\n"
        .formatted(name);
  }

  /** The same, pausing in the middle where the gate is closed. */
  static String pausing(String name) {
    return """
    CREATE TABLE %1$s (id bigint PRIMARY KEY);
    INSERT INTO audit.gate VALUES (1);
    INSERT INTO audit.ran VALUES ('%1$s');
    """
        .formatted(name);
  }

  /** How often each script has run and was committed. */
  Map<String, Integer> ran() {
    Map<String, Integer> ran = new TreeMap<>();
    try (Connection connection = stage.database().connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT script, count(*) FROM audit.ran GROUP BY script")) {
      while (rows.next()) {
        ran.put(rows.getString(1), rows.getInt(2));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return ran;
  }

  /** Closes the gate: whoever comes to it waits until the result is closed. */
  Gate closeGate() {
    try {
      Connection connection = stage.database().connect(database);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("LOCK TABLE audit.gate IN ACCESS EXCLUSIVE MODE");
      }
      return new Gate(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A closed gate. */
  record Gate(Connection connection) implements AutoCloseable {

    /** Opens it. Safe to repeat. */
    @Override
    public void close() {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Waits until a session of a run stands at the gate. */
  long awaitAtGate() {
    return await("a runner at the gate", pids -> !pids.isEmpty()).getFirst();
  }

  /** Waits until no session of any run is left. */
  void awaitNobody() {
    Awaitility.await("no session of a runner").atMost(LIMIT).until(() -> sessions("").isEmpty());
  }

  private List<Long> await(String what, Predicate<List<Long>> condition) {
    try {
      return Awaitility.await(what)
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> sessions(AT_GATE), condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError("never saw " + what + ";\n" + scenario.story(), e);
    }
  }

  private List<Long> sessions(String condition) {
    List<Long> pids = new java.util.ArrayList<>();
    try (Connection connection = stage.database().connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND"
                    + " application_name LIKE 'whimbrel/%'"
                    + condition)) {
      while (rows.next()) {
        pids.add(rows.getLong(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return pids;
  }
}
