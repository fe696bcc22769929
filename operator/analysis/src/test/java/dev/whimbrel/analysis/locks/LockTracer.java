package dev.whimbrel.analysis.locks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs statements on a real server, each in a transaction that is rolled back, and tells what it
 * did to the relations that were there before: what is born in a transaction is nobody else's.
 */
public final class LockTracer {

  /** Of relations that were there before: the strongest lock, scans, and a new file. */
  private static final String EFFECTS =
      """
      SELECT b.name,
             (SELECT l.mode FROM pg_locks l
               WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.relation = b.oid
               ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock',
                 'ShareRowExclusiveLock', 'ShareLock', 'ShareUpdateExclusiveLock',
                 'RowExclusiveLock', 'RowShareLock', 'AccessShareLock'], l.mode) LIMIT 1) AS mode,
             pg_stat_get_xact_numscans(b.oid) AS scans,
             c.relfilenode IS DISTINCT FROM b.file AND c.oid IS NOT NULL AND c.relkind <> 'S'
               AS rewritten,
             b.is_index,
             (SELECT count(*) FROM pg_index i WHERE i.indrelid = b.oid
               AND NOT EXISTS (SELECT FROM before o WHERE o.oid = i.indexrelid)) AS built
        FROM before b LEFT JOIN pg_class c ON c.oid = b.oid
       ORDER BY b.is_index, b.name COLLATE "C"
      """;

  /** Relations of users, with the names of the table. */
  static final String RELATIONS =
      """
      SELECT c.oid,
             CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS name,
             c.relkind IN ('i', 'I') AS is_index,
             -- A sequence is one row: a new file of it is no rewrite to wait for.
             CASE c.relkind WHEN 'S' THEN 0 ELSE c.relfilenode END AS file,
             (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid) AS indexes
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      """;

  private final Connection connection;

  /**
   * Notes what is there.
   *
   * @param connection to a database that holds the relations
   * @throws SQLException where it cannot
   */
  public LockTracer(Connection connection) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE before AS " + RELATIONS);
    }
    connection.setAutoCommit(false);
  }

  /**
   * What the statement does, a line for each relation.
   *
   * @throws SQLException where the connection is lost
   */
  public List<String> trace(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Counts of an earlier transaction may not have been handed in yet.
      Map<String, Long> scansBefore = scans(statement);
      statement.execute(sql);
      List<String> effects = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(EFFECTS)) {
        while (rows.next()) {
          Effect effect = effect(rows, scansBefore);
          if (effect.lock().isPresent() || !effect.work().isEmpty()) {
            effects.add(effect.toString());
          }
        }
      }
      return effects;
    } catch (SQLException e) {
      return List.of("refused " + e.getSQLState());
    } finally {
      connection.rollback();
    }
  }

  private static Map<String, Long> scans(Statement statement) throws SQLException {
    Map<String, Long> scans = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(EFFECTS)) {
      while (rows.next()) {
        scans.put(rows.getString("name"), rows.getLong("scans"));
      }
    }
    return scans;
  }

  private static Effect effect(ResultSet row, Map<String, Long> scansBefore) throws SQLException {
    Set<Effect.Work> work = EnumSet.noneOf(Effect.Work.class);
    boolean index = row.getBoolean("is_index");
    if (!index && row.getLong("scans") > scansBefore.get(row.getString("name"))) {
      work.add(Effect.Work.SCANNED);
    }
    if (row.getBoolean("rewritten")) {
      work.add(index ? Effect.Work.REBUILT : Effect.Work.REWRITTEN);
    }
    if (row.getInt("built") > 0) {
      work.add(Effect.Work.INDEXED);
    }
    return new Effect(
        row.getString("name"), Optional.ofNullable(row.getString("mode")).map(LockMode::of), work);
  }
}
