package dev.whimbrel.runner.guard;

import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * How long each attempt at one revision may wait for a lock. While a statement waits for a strong
 * lock, everyone behind it waits too, so the first attempts are short. lock_timeout counts per
 * lock.
 *
 * @param attemptsMillis one entry per attempt
 */
public record LockLadder(List<Long> attemptsMillis) {

  private static final long MARGIN_MILLIS = 500;

  public LockLadder {
    attemptsMillis = List.copyOf(attemptsMillis);
  }

  /**
   * A ladder up to a highest rung, which is used three times. Only who waits longer than
   * deadlock_timeout makes an autovacuum give way, so one attempt does in any case.
   */
  public static LockLadder of(long topMillis, long deadlockTimeoutMillis) {
    List<Long> attempts = new ArrayList<>();
    for (long divisor : new long[] {8, 4, 2, 1, 1, 1}) {
      attempts.add(Math.max(1, topMillis / divisor));
    }
    if (isBelow(topMillis, deadlockTimeoutMillis)) {
      attempts.set(attempts.size() - 1, deadlockTimeoutMillis + MARGIN_MILLIS);
    }
    return new LockLadder(attempts);
  }

  /** Whether no rung would be above the server's deadlock_timeout. */
  public static boolean isBelow(long topMillis, long deadlockTimeoutMillis) {
    return topMillis <= deadlockTimeoutMillis;
  }

  /** The server's deadlock_timeout. */
  public static long deadlockTimeoutMillis(Session session) throws SQLException {
    return session.number(
        "SELECT setting FROM pg_catalog.pg_settings WHERE name = 'deadlock_timeout'");
  }

  /** How long the most patient attempt waits. */
  public long longestMillis() {
    return attemptsMillis.stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** How many attempts there are. */
  public int attempts() {
    return attemptsMillis.size();
  }

  /** How long to let others pass before an attempt, from 1 for the second one. */
  public long pauseMillis(int attempt) {
    return Math.min(2_000, 100L << Math.min(attempt, 10));
  }
}
