package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sessions of a tool whose driver does not let them be named cannot be told from those of the
 * application. But the tool is gone, so its backend ends with the statement that it executes; once
 * every backend that was busy when we first looked has been seen idle or is gone, so is the tool's.
 */
final class UnnamedSessions {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long POLL_MILLIS = 100;

  private UnnamedSessions() {}

  /** Backends that have been busy all the time, in words; empty for none. */
  static Optional<String> leftBehind(Job job, Session watcher) throws SQLException {
    Instant until = job.clock().instant().plus(PATIENCE);
    List<Integer> busy = busy(watcher);
    while (!busy.isEmpty() && job.clock().instant().isBefore(until)) {
      try {
        if (job.stop().await(POLL_MILLIS)) {
          break;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
      List<Integer> now = busy(watcher);
      busy = busy.stream().filter(now::contains).toList();
    }
    return busy.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "pids "
                + busy
                + " have been busy since, and one of them may be Alembic's (its driver does not let"
                + " sessions be named)");
  }

  /** A state that is hidden from us counts as busy. */
  private static List<Integer> busy(Session watcher) throws SQLException {
    return watcher.list(
        """
        SELECT pid FROM pg_catalog.pg_stat_activity
        WHERE datname = pg_catalog.current_database()
          AND pid <> pg_catalog.pg_backend_pid()
          AND coalesce(backend_type, 'client backend') = 'client backend'
          AND state IS DISTINCT FROM 'idle'
        """,
        row -> row.getInt(1));
  }
}
