package dev.whimbrel.runner.verify;

import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Counts rows on a read-only session: exactly below a million rows, within 30 s for one table and a
 * minute for all of them; else by the server's statistics.
 */
final class RowCounter {

  private static final long COUNTED_BELOW = 1_000_000;
  private static final Duration ONE_TABLE = Duration.ofSeconds(30);
  private static final Duration ALL_TABLES = Duration.ofSeconds(60);
  private static final String LOCK_TIMEOUT = "2s";
  private static final String CANCELLED = "57014";

  private final Session session;
  private final Clock clock;
  private final Instant until;

  RowCounter(Session session, Clock clock) throws SQLException {
    this.session = session;
    this.clock = clock;
    this.until = clock.instant().plus(ALL_TABLES);
    // Behind a waiting ALTER TABLE of somebody else a count would wait for all of its time.
    session.set("lock_timeout", LOCK_TIMEOUT);
  }

  /**
   * The rows of a table now.
   *
   * @param table as SQL spells it; a partitioned one with all of its partitions
   * @throws SQLException where the name is none, or the user may not read it
   */
  RowCount count(String table) throws SQLException {
    Optional<String> name = session.text("SELECT pg_catalog.to_regclass(?)::text", table);
    if (name.isEmpty()) {
      return RowCount.NO_TABLE;
    }
    Statistics statistics = statistics(table);
    if (statistics.known() && statistics.rows() >= COUNTED_BELOW) {
      return statistics.estimate();
    }
    return counted(name.get())
        .map(rows -> new RowCount(RowCount.Kind.EXACT, rows, statistics.deleted()))
        .orElseGet(statistics::estimate);
  }

  /** How many rows of the table the server has seen deleted; 0 without the table. */
  long deleted(String table) throws SQLException {
    return statistics(table).deleted();
  }

  /** Empty where it takes too long, or somebody holds a lock that forbids reading. */
  private Optional<Long> counted(String name) throws SQLException {
    Duration left = Duration.between(clock.instant(), until);
    Duration limit = left.compareTo(ONE_TABLE) < 0 ? left : ONE_TABLE;
    if (limit.toMillis() <= 0) {
      return Optional.empty();
    }
    session.set("statement_timeout", String.valueOf(limit.toMillis()));
    try {
      // regclass has quoted the name already, as the search path wants it.
      return Optional.of(session.number("SELECT count(*) FROM " + name));
    } catch (SQLException e) {
      String state = SqlErrors.state(e);
      if (state.equals(CANCELLED) || state.equals(SqlErrors.LOCK_NOT_AVAILABLE)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      session.set("statement_timeout", String.valueOf(ONE_TABLE.toMillis()));
    }
  }

  private Statistics statistics(String table) throws SQLException {
    List<Statistics> rows =
        session.list(
            """
            WITH RECURSIVE tree (id) AS (
              SELECT pg_catalog.to_regclass(?)::oid
              UNION SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.id
            )
            SELECT coalesce(bool_and(c.reltuples >= 0), false),
                   coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint,
                   coalesce(sum(pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0)::bigint
            FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id
            WHERE c.relkind IN ('r', 'm')
            """,
            row -> new Statistics(row.getBoolean(1), row.getLong(2), row.getLong(3)),
            table);
    return rows.getFirst();
  }

  /**
   * What the server knows without counting.
   *
   * @param known whether every part of the table has been analyzed
   */
  private record Statistics(boolean known, long rows, long deleted) {

    RowCount estimate() {
      return known
          ? new RowCount(RowCount.Kind.ESTIMATE, rows, deleted)
          : new RowCount(RowCount.Kind.UNKNOWN, 0, deleted);
    }
  }
}
