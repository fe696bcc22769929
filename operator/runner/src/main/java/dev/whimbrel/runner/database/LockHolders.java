package dev.whimbrel.runner.database;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import java.sql.SQLException;
import java.util.List;

/**
 * Who holds the locks that a step waited for in vain. Reading a plan's tables needs ACCESS SHARE,
 * which nothing but ACCESS EXCLUSIVE is in the way of.
 */
public final class LockHolders {

  private LockHolders() {}

  /**
   * The same end, with the names of those who hold such a lock right now, where it came from a lock
   * that was not to be had. Who has let go meanwhile, or is not to be seen, is not named.
   */
  public static StepEnd named(Job job, StepEnd end) {
    if (!SqlErrors.LOCK_NOT_AVAILABLE.equals(end.sqlState())) {
      return end;
    }
    List<String> holders = holders(job);
    return holders.isEmpty()
        ? end
        : new StepEnd(
            end.outcome(),
            end.exit(),
            end.kind(),
            end.reason(),
            end.message()
                + "; "
                + String.join("; ", holders)
                + ": it is tried again; have that transaction ended where it does not end by"
                + " itself",
            end.sqlState());
  }

  private static List<String> holders(Job job) {
    try (Session session = Connections.of(job).readOnly()) {
      return session.list(
          """
          SELECT a.pid, a.usename, coalesce(nullif(a.application_name, ''), '(none)'),
                 a.xact_start::timestamptz(0)::text,
                 pg_catalog.string_agg(DISTINCT l.relation::pg_catalog.regclass::text, ', ')
          FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
          JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'v', 'f')
          WHERE l.locktype = 'relation' AND l.granted AND l.mode = 'AccessExclusiveLock'
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                              WHERE d.datname = pg_catalog.current_database())
            AND a.pid <> pg_catalog.pg_backend_pid()
          GROUP BY 1, 2, 3, a.xact_start ORDER BY a.xact_start LIMIT 3
          """,
          row ->
              "session %d (user %s, application %s) holds ACCESS EXCLUSIVE on %s%s"
                  .formatted(
                      row.getInt(1),
                      row.getString(2),
                      row.getString(3),
                      row.getString(5),
                      row.getString(4) == null ? "" : " since " + row.getString(4)));
    } catch (SQLException | StepFailure e) {
      // What failed has its own message, which is complete without this.
      return List.of();
    }
  }
}
