package dev.whimbrel.runner.database;

import dev.whimbrel.api.v1alpha1.DatabaseIdentity;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import java.sql.SQLException;
import java.util.Optional;

/** Which database a session is with, by the database's own word. */
public final class Identity {

  private Identity() {}

  /** Reads it. The system identifier is left out where the user may not read it. */
  public static DatabaseIdentity read(Job job, Session session, Boolean pointInTimeRecovery)
      throws SQLException {
    RunnerInput.Database database = job.input().database();
    String server =
        database.instance() != null
            ? database.instance()
            : database.host() + ":" + (database.port() == null ? 5432 : database.port());
    return new DatabaseIdentity(
        server,
        session.text("SELECT pg_catalog.current_database()").orElseThrow(),
        session.number(
            "SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()"),
        systemIdentifier(session).orElse(null),
        session.text("SELECT pg_catalog.current_setting('server_version')").orElseThrow(),
        pointInTimeRecovery);
  }

  /** What every physical copy of the server shares; empty where the user may not read it. */
  public static Optional<String> systemIdentifier(Session session) throws SQLException {
    boolean permitted =
        session.isTrue(
            "SELECT pg_catalog.has_function_privilege('pg_catalog.pg_control_system()',"
                + " 'EXECUTE')");
    return permitted
        ? session.text("SELECT system_identifier FROM pg_catalog.pg_control_system()")
        : Optional.empty();
  }
}
