package dev.whimbrel.runner.database;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.List;

/**
 * The last belt against two runners in one database: an advisory lock of the session that executes,
 * from before the plan is compared until the session ends.
 */
public final class AdvisoryLock {

  private AdvisoryLock() {}

  /**
   * Takes the lock.
   *
   * @throws StepFailure where another session has it; the message names its pid
   */
  public static void take(Job job, Session session) throws SQLException {
    long key = key(job.input().database().database());
    if (session.isTrue("SELECT pg_catalog.pg_try_advisory_lock(?)", key)) {
      return;
    }
    List<String> holders = holders(job, session);
    throw StepFailure.transientFailure(
        "LockHeld",
        "another runner works in "
            + job.databaseName()
            + ": "
            + (holders.isEmpty() ? "it has just ended" : String.join(", ", holders))
            + "; nothing ran");
  }

  /** Who has the lock, in words: the one session that may be executing. Every role may see it. */
  public static List<String> holders(Job job, Session session) throws SQLException {
    long key = key(job.input().database().database());
    return session.list(
        """
        SELECT l.pid, coalesce(a.application_name, '')
        FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.classid::bigint = ? AND l.objid::bigint = ?
          AND l.database = (SELECT oid FROM pg_catalog.pg_database
                            WHERE datname = pg_catalog.current_database())
        """,
        row -> "pid " + row.getString(1) + " (" + row.getString(2) + ")",
        key >>> 32,
        key & 0xFFFFFFFFL);
  }

  /** The key, alike for all migrations of one database: they must not overlap. */
  static long key(String database) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("whimbrel/" + database).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
