package dev.whimbrel.analysis;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs statements on a real server, each in a transaction that is rolled back, and tells what it
 * did to the relations that were there before: what is born in a transaction is nobody else's.
 */
final class LockTracer {

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
             c.relfilenode IS DISTINCT FROM b.file AND c.oid IS NOT NULL AS rewritten,
             b.kind = 'i' AS is_index,
             (SELECT count(*) FROM pg_index i WHERE i.indrelid = b.oid
               AND NOT EXISTS (SELECT FROM before o WHERE o.oid = i.indexrelid)) AS built
        FROM before b LEFT JOIN pg_class c ON c.oid = b.oid
       ORDER BY b.kind = 'i', b.name
      """;

  private final Connection connection;

  LockTracer(Connection connection, String schema) throws SQLException {
    this.connection = connection;
    try (Statement statement = connection.createStatement()) {
      statement.execute(schema);
      statement.execute(
          "CREATE TEMP TABLE before AS SELECT c.oid, c.relname::text AS name, c.relkind AS kind,"
              + " c.relfilenode AS file FROM pg_class c WHERE c.relnamespace ="
              + " 'public'::regnamespace");
    }
    connection.setAutoCommit(false);
  }

  /** What the statement does, a line for each relation. */
  List<String> trace(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Counts of an earlier transaction may not have been handed in yet.
      Map<String, Long> scansBefore = scans(statement);
      statement.execute(sql);
      List<String> effects = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery(EFFECTS)) {
        while (rows.next()) {
          effect(rows, scansBefore, effects);
        }
      }
      return effects;
    } catch (SQLException e) {
      return List.of("fails with " + e.getSQLState());
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

  private static void effect(ResultSet row, Map<String, Long> scansBefore, List<String> effects)
      throws SQLException {
    StringBuilder effect = new StringBuilder();
    if (row.getString("mode") != null) {
      effect.append(' ').append(row.getString("mode").replace("Lock", ""));
    }
    boolean index = row.getBoolean("is_index");
    if (!index && row.getLong("scans") > scansBefore.get(row.getString("name"))) {
      effect.append(" scanned");
    }
    if (row.getBoolean("rewritten")) {
      effect.append(index ? " rebuilt" : " rewritten");
    }
    if (row.getInt("built") > 0) {
      effect.append(" indexed");
    }
    if (!effect.isEmpty()) {
      effects.add(row.getString("name") + ":" + effect);
    }
  }
}
