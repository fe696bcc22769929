package dev.whimbrel.runner.database;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.sql.SQLException;

/**
 * Whether a session is what it seems: with the primary, and with a server process of its own.
 * Behind a pooler in transaction mode two clients held the same advisory lock at once, so nothing
 * that the runner promises would hold.
 */
public final class Preflight {

  private Preflight() {}

  /**
   * Checks two sessions that are open at the same time.
   *
   * @throws StepFailure where it is a standby or a pooler
   */
  public static void require(Job job, Session first, Session second) throws SQLException {
    requirePrimary(job, first);
    requireOwnProcess(job, first, second);
  }

  /**
   * Checks that two sessions which are open at the same time have server processes of their own.
   *
   * @throws StepFailure where a pooler stands between
   */
  public static void requireOwnProcess(Job job, Session first, Session second) throws SQLException {
    if (first.pid() == second.pid() || currentPid(first) != first.pid()) {
      throw pooler(job, "two sessions had the same server process");
    }
    requireOwnOptions(job, first);
    requireOwnOptions(job, second);
  }

  /** Checks that the server accepts changes at all. */
  public static void requirePrimary(Job job, Session session) throws SQLException {
    if (session.isTrue("SELECT pg_catalog.pg_is_in_recovery()")) {
      throw StepFailure.permanent(
          "NotPrimary",
          job.databaseName()
              + " is a read replica: point "
              + job.databaseField()
              + " to the primary");
    }
  }

  private static long currentPid(Session session) throws SQLException {
    return session.number("SELECT pg_catalog.pg_backend_pid()");
  }

  private static void requireOwnOptions(Job job, Session session) throws SQLException {
    String interval =
        session
            .text("SELECT pg_catalog.current_setting('client_connection_check_interval')")
            .orElse("");
    if (!interval.equals("1s")) {
      throw pooler(job, "start-up options are not honoured");
    }
  }

  private static StepFailure pooler(Job job, String why) {
    return StepFailure.permanent(
        "Pooler",
        job.databaseName()
            + " is reached through a connection pooler ("
            + why
            + "): use the direct address of the primary in "
            + job.databaseField());
  }
}
