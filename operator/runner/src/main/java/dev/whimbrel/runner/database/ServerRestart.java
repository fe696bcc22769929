package dev.whimbrel.runner.database;

import dev.whimbrel.runner.StepFailure;
import java.sql.SQLException;

/**
 * Tells a server that went down from a person who ended our session: both say 57P01, but only the
 * former has another start time afterwards, or does not answer.
 */
public final class ServerRestart {

  private static final String START_TIME = "SELECT pg_catalog.pg_postmaster_start_time()";

  private final Connections connections;
  private final String startTime;

  private ServerRestart(Connections connections, String startTime) {
    this.connections = connections;
    this.startTime = startTime;
  }

  /** Remembers when the server was started. */
  public static ServerRestart since(Session session, Connections connections) throws SQLException {
    return new ServerRestart(connections, session.text(START_TIME).orElse(""));
  }

  /** Whether the server was started again since, or is down. */
  public boolean happened() {
    try (Session session = connections.readOnly()) {
      return !session.text(START_TIME).orElse("").equals(startTime);
    } catch (SQLException | StepFailure e) {
      return true;
    }
  }
}
