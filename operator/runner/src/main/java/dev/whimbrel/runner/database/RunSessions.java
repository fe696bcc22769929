package dev.whimbrel.runner.database;

import dev.whimbrel.protocol.RunnerInput;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Sessions of the same run that an earlier Job left behind: a statement may still be executing. */
public final class RunSessions {

  private RunSessions() {}

  /**
   * The sessions of this run other than the given one, in words.
   *
   * @param own a {@link Connections#watcher}: under another role the names of sessions are hidden
   */
  public static Optional<String> leftBehind(RunnerInput input, Session own) throws SQLException {
    List<String> found =
        own.list(
            """
            SELECT pid, coalesce(state, 'unknown'), application_name,
                   coalesce(extract(epoch FROM clock_timestamp() - query_start)::bigint, 0)
            FROM pg_catalog.pg_stat_activity
            WHERE starts_with(application_name, ?)
              AND datname = pg_catalog.current_database()
              AND pid <> pg_catalog.pg_backend_pid()
            ORDER BY backend_start
            """,
            row ->
                "pid "
                    + row.getString(1)
                    + " ("
                    + row.getString(3)
                    + "), "
                    + row.getString(2)
                    + " for "
                    + row.getString(4)
                    + " s",
            Connections.runPrefix(input));
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
  }
}
