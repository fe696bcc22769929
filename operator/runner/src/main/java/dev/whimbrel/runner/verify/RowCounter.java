package dev.whimbrel.runner.verify;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.runner.StopSignal;
import dev.whimbrel.runner.database.CountBudget;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Counts rows on a read-only session: exactly below a million rows, within 30 s for one table and a
 * minute for all of them; else by the server's statistics.
 */
final class RowCounter {

  private static final long COUNTED_BELOW = 1_000_000;
  private static final Duration ONE_TABLE = Duration.ofSeconds(30);
  private static final Duration ALL_TABLES = Duration.ofSeconds(60);
  private static final String LOCK_TIMEOUT = "2s";

  /** Sessions report what they have changed a second late, and later while they are idle. */
  private static final int LOOKS = 15;

  private static final long LOOK_MILLIS = 200;

  private final Session session;
  private final CountBudget budget;

  RowCounter(Session session, Clock clock) throws SQLException {
    this.session = session;
    this.budget = new CountBudget(session, clock, ONE_TABLE, ALL_TABLES);
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
      return RowCount.ABSENT;
    }
    Statistics statistics = statistics(table);
    if (statistics.isBig()) {
      return statistics.estimate();
    }
    return counted("*", name.get())
        .map(rows -> new RowCount(RowCount.Kind.EXACT, rows, statistics.deleted()))
        .orElseGet(statistics::estimate);
  }

  /**
   * The values of a column now that are not null.
   *
   * @param table as SQL spells it
   * @param column as PostgreSQL stores it
   * @throws SQLException where the user may not read it
   */
  RowCount values(String table, String column) throws SQLException {
    Optional<String> quoted =
        session.text(
            """
            SELECT pg_catalog.quote_ident(attname) FROM pg_catalog.pg_attribute
            WHERE attrelid = pg_catalog.to_regclass(?) AND attname = ? AND attnum > 0
              AND NOT attisdropped
            """,
            table,
            column);
    if (quoted.isEmpty()) {
      return RowCount.ABSENT;
    }
    Statistics statistics = statistics(table);
    if (!statistics.isBig()) {
      Optional<Long> counted =
          counted(
              quoted.get(),
              session.text("SELECT pg_catalog.to_regclass(?)::text", table).orElseThrow());
      if (counted.isPresent()) {
        return new RowCount(RowCount.Kind.EXACT, counted.get(), statistics.changed());
      }
    }
    return share(table, column)
        .map(share -> Math.round(statistics.rows() * share))
        .map(values -> new RowCount(RowCount.Kind.ESTIMATE, values, statistics.changed()))
        .orElseGet(() -> new RowCount(RowCount.Kind.UNKNOWN, 0, statistics.changed()));
  }

  /** Whether a table of the spec is the one that a statement names. */
  boolean isSame(String table, QualifiedName named) throws SQLException {
    String schema = named.schema().isEmpty() ? "" : quoted(named.schema()) + ".";
    return session.isTrue(
        "SELECT pg_catalog.to_regclass(?) = pg_catalog.to_regclass(?)",
        table,
        schema + quoted(named.name()));
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** Which part of the values is not null, where the server has ever analyzed them. */
  private Optional<Double> share(String table, String column) throws SQLException {
    return session
        .text(
            """
            SELECT 1 - s.null_frac
            FROM pg_catalog.pg_stats s
            JOIN pg_catalog.pg_class c ON c.relname = s.tablename
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname
            WHERE c.oid = pg_catalog.to_regclass(?) AND s.attname = ?
            ORDER BY s.inherited DESC LIMIT 1
            """,
            table,
            column)
        .map(Double::valueOf);
  }

  /**
   * How many rows of a table the server has seen deleted since a count; waits a little for sessions
   * to report, while they are fewer than expected.
   */
  long deletedSince(String table, RowCount before, long expected, StopSignal stop)
      throws SQLException, InterruptedException {
    return since(table, before, expected, stop, Statistics::deleted);
  }

  /** The same of rows that were deleted or updated, since values were counted. */
  long changedSince(String table, RowCount before, long expected, StopSignal stop)
      throws SQLException, InterruptedException {
    return since(table, before, expected, stop, Statistics::changed);
  }

  private long since(
      String table,
      RowCount before,
      long expected,
      StopSignal stop,
      ToLongFunction<Statistics> what)
      throws SQLException, InterruptedException {
    long seen = what.applyAsLong(statistics(table)) - before.changed();
    for (int i = 0; i < LOOKS && seen < expected && !stop.await(LOOK_MILLIS); i++) {
      seen = what.applyAsLong(statistics(table)) - before.changed();
    }
    return seen;
  }

  /** Empty where it takes too long, or somebody holds a lock that forbids reading. */
  private Optional<Long> counted(String what, String name) throws SQLException {
    // regclass has quoted the name already, as the search path wants it.
    return budget.count("SELECT count(" + what + ") FROM " + name);
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
                   coalesce(sum(pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0)::bigint,
                   coalesce(sum(pg_catalog.pg_stat_get_tuples_updated(c.oid)), 0)::bigint
            FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id
            WHERE c.relkind IN ('r', 'm')
            """,
            row ->
                new Statistics(row.getBoolean(1), row.getLong(2), row.getLong(3), row.getLong(4)),
            table);
    return rows.getFirst();
  }

  /**
   * What the server knows without counting.
   *
   * @param known whether every part of the table has been analyzed
   */
  private record Statistics(boolean known, long rows, long deleted, long updated) {

    boolean isBig() {
      return known && rows >= COUNTED_BELOW;
    }

    long changed() {
      return deleted + updated;
    }

    RowCount estimate() {
      return known
          ? new RowCount(RowCount.Kind.ESTIMATE, rows, deleted)
          : new RowCount(RowCount.Kind.UNKNOWN, 0, deleted);
    }
  }
}
