package dev.whimbrel.runner.database;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Counts rows on a read-only session, each within a time and all of them within another. What takes
 * longer, or waits for somebody's lock, stays uncounted.
 */
public final class CountBudget {

  private static final String CANCELLED = "57014";

  private final Session session;
  private final Clock clock;
  private final Duration one;
  private final Instant until;

  /**
   * A budget that begins now.
   *
   * @param session whose lock_timeout is set already
   * @param one for each count
   * @param all for all of them
   */
  public CountBudget(Session session, Clock clock, Duration one, Duration all) {
    this.session = session;
    this.clock = clock;
    this.one = one;
    this.until = clock.instant().plus(all);
  }

  /** Whether there is no time left. */
  public boolean isSpent() {
    return left().toMillis() <= 0;
  }

  /**
   * The number that a SELECT returns; empty where it takes too long, or somebody holds a lock that
   * forbids reading.
   */
  public Optional<Long> count(String select) throws SQLException {
    if (isSpent()) {
      return Optional.empty();
    }
    Duration limit = left().compareTo(one) < 0 ? left() : one;
    session.set("statement_timeout", String.valueOf(Math.max(1, limit.toMillis())));
    try {
      return Optional.of(session.number(select));
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (state.equals(CANCELLED) || state.equals(SqlErrors.LOCK_NOT_AVAILABLE)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      session.set("statement_timeout", String.valueOf(one.toMillis()));
    }
  }

  private Duration left() {
    return Duration.between(clock.instant(), until);
  }
}
