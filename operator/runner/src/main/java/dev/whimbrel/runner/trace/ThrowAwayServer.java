package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.locks.TracedSession;
import dev.whimbrel.protocol.RunnerInput.Trace;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.postgresql.Driver;

/**
 * A session with the throw-away server of the pod. It has no other address than a port of this
 * pod's loopback, and a server that does not carry the name that only the sidecar's command line
 * gives is refused, so that a port that leads elsewhere leads nowhere.
 */
final class ThrowAwayServer implements TracedSession<SQLException>, AutoCloseable {

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Connection connection;

  private ThrowAwayServer(Connection connection) {
    this.connection = connection;
  }

  /**
   * Waits for the server and logs in.
   *
   * @throws TraceImpossible where it does not come up in time, or is another than it should be
   */
  static ThrowAwayServer open(Trace trace, Clock clock) throws TraceImpossible {
    ThrowAwayServer server = new ThrowAwayServer(connect(trace.port(), clock));
    try {
      String name = server.setting("cluster_name");
      if (!name.equals(Trace.SERVER_NAME)) {
        throw new TraceImpossible(
            "what listens on port "
                + trace.port()
                + " of the pod is not its throw-away server (cluster_name is \""
                + name
                + "\"), so nothing was run there");
      }
      return server;
    } catch (TraceImpossible e) {
      server.close();
      throw e;
    } catch (SQLException e) {
      server.close();
      throw new TraceImpossible("the throw-away server answers " + SqlErrors.message(e));
    }
  }

  private static Connection connect(int port, Clock clock) throws TraceImpossible {
    Properties properties = new Properties();
    properties.setProperty("user", Trace.USER);
    properties.setProperty("sslmode", "disable");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("socketTimeout", "60");
    properties.setProperty("logServerErrorDetail", "false");
    // A statement goes to the server as it stands, not cut at semicolons by the driver.
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("options", "-c statement_timeout=30s -c lock_timeout=5s");
    Instant end = clock.instant().plus(START);
    while (true) {
      try {
        return new Driver()
            .connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
      } catch (SQLException e) {
        if (clock.instant().isAfter(end)) {
          throw new TraceImpossible(
              "the throw-away server did not come up within "
                  + START.toSeconds()
                  + " s ("
                  + SqlErrors.message(e)
                  + "); read kubectl logs of its container \"trace\", and whether"
                  + " spec.plan.trace.image is an image of PostgreSQL");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Its major version, as 17. */
  int major() throws SQLException {
    return Integer.parseInt(setting("server_version_num")) / 10_000;
  }

  /** Makes the roles that it does not have. */
  void makeRoles(List<String> names) throws SQLException {
    Set<String> there =
        rows("SELECT rolname FROM pg_catalog.pg_roles").stream()
            .map(row -> row.get("rolname"))
            .collect(Collectors.toSet());
    for (String name : names) {
      if (!there.contains(name)) {
        execute("CREATE ROLE \"" + name.replace("\"", "\"\"") + '"');
      }
    }
  }

  String setting(String name) throws SQLException {
    return text("SELECT pg_catalog.current_setting('" + name + "')").orElse("");
  }

  Optional<String> text(String sql) throws SQLException {
    return rows(sql).stream().findFirst().flatMap(row -> row.values().stream().findFirst());
  }

  /** Whether what follows is in one transaction until {@link #commit()}, or each for itself. */
  void inTransactions(boolean together) throws SQLException {
    connection.setAutoCommit(!together);
  }

  void commit() throws SQLException {
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  @Override
  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
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

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It goes with its server.
    }
  }
}
