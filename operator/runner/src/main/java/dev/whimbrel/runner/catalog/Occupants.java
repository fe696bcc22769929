package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.Rule;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.database.Session;
import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Who is at work on the relations of a plan right now, so that a statement would wait for them. A
 * person may end them before the plan is carried out; the guard bounds the wait otherwise, so only
 * what does not end by itself raises a risk.
 */
final class Occupants {

  /** Seconds that a transaction is open before it is worth a word. */
  private static final int LONG = 10;

  /** Seconds after which CONCURRENTLY, which waits for every snapshot, would be delayed. */
  private static final int LONG_FOR_CONCURRENTLY = 60;

  private final Session session;
  private final Map<Long, RelationFacts> relations;
  private final int longSeconds;
  private final int longForConcurrently;

  Occupants(Session session, Map<Long, RelationFacts> relations) {
    this(session, relations, LONG, LONG_FOR_CONCURRENTLY);
  }

  /**
   * With other limits.
   *
   * @param longSeconds that a transaction is open before it is worth a word
   * @param longForConcurrently the same where CONCURRENTLY would wait for it
   */
  Occupants(
      Session session,
      Map<Long, RelationFacts> relations,
      int longSeconds,
      int longForConcurrently) {
    this.session = session;
    this.relations = relations;
    this.longSeconds = longSeconds;
    this.longForConcurrently = longForConcurrently;
  }

  /**
   * Findings on them.
   *
   * @param concurrently whether a statement of the plan waits for the snapshots of all
   * @throws SQLException where they cannot be read
   */
  List<Finding> findings(boolean concurrently) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (!relations.isEmpty()) {
      Array ids = ids();
      findings.addAll(holders(ids));
      findings.addAll(prepared(ids));
      findings.addAll(builds(ids));
      findings.addAll(vacuums(ids));
    }
    if (concurrently) {
      findings.addAll(snapshots());
    }
    return findings;
  }

  private Array ids() throws SQLException {
    return session.connection().createArrayOf("bigint", relations.keySet().toArray());
  }

  private List<Finding> holders(Array ids) throws SQLException {
    return session.list(
        """
        SELECT a.pid, a.usename, a.application_name, a.state,
               extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint,
               l.relation::bigint, pg_catalog.string_agg(DISTINCT l.mode, ', ')
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'relation' AND l.granted AND l.relation::bigint = ANY (?)
          AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                            WHERE d.datname = pg_catalog.current_database())
          AND a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
          AND a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => ?)
        GROUP BY 1, 2, 3, 4, a.xact_start, l.relation
        ORDER BY a.xact_start LIMIT 5
        """,
        row ->
            finding(
                Rule.LONG_TRANSACTION,
                "session "
                    + row.getInt(1)
                    + " ("
                    + who(row.getString(2), row.getString(3))
                    + ", "
                    + row.getString(4)
                    + ") has had its transaction open for "
                    + row.getLong(5)
                    + " s and holds "
                    + row.getString(7)
                    + " on "
                    + name(row.getLong(6))
                    + ": what needs a lock that conflicts waits for it, and who comes next waits"
                    + " behind; have it ended before this is carried out"),
        ids,
        longSeconds);
  }

  /** It has no session that could end it, and survives a restart of the server. */
  private List<Finding> prepared(Array ids) throws SQLException {
    return session.list(
        """
        SELECT p.gid, p.owner, p.prepared::timestamptz(0)::text, l.relation::bigint,
               pg_catalog.string_agg(DISTINCT l.mode, ', ')
        FROM pg_catalog.pg_locks l
        -- Its virtual transaction is that of the session that prepared it, until a restart.
        JOIN pg_catalog.pg_locks own ON own.virtualtransaction = l.virtualtransaction
          AND own.pid IS NULL AND own.locktype = 'transactionid'
        JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = own.transactionid
        WHERE l.locktype = 'relation' AND l.pid IS NULL AND l.relation::bigint = ANY (?)
          AND p.database = pg_catalog.current_database()
        GROUP BY 1, 2, p.prepared, l.relation
        ORDER BY p.prepared LIMIT 5
        """,
        row ->
            finding(
                Rule.PREPARED_TRANSACTION,
                "prepared transaction "
                    + row.getString(1)
                    + " of "
                    + row.getString(2)
                    + " holds "
                    + row.getString(5)
                    + " on "
                    + name(row.getLong(4))
                    + " since "
                    + row.getString(3)
                    + " and does not end by itself: COMMIT PREPARED or ROLLBACK PREPARED it first"),
        ids);
  }

  private List<Finding> builds(Array ids) throws SQLException {
    return session.list(
        """
        SELECT p.pid, p.command, p.phase, p.relid::bigint
        FROM pg_catalog.pg_stat_progress_create_index p
        WHERE p.relid::bigint = ANY (?) ORDER BY p.pid LIMIT 5
        """,
        row ->
            finding(
                Rule.INDEX_BUILD,
                "session "
                    + row.getInt(1)
                    + " is at "
                    + row.getString(2)
                    + " on "
                    + name(row.getLong(4))
                    + " ("
                    + row.getString(3)
                    + "): no other change of the table gets its lock before that is over"),
        ids);
  }

  /** One that prevents wraparound does not give way to a lock that somebody waits for. */
  private List<Finding> vacuums(Array ids) throws SQLException {
    return session.list(
        """
        SELECT a.pid, p.relid::bigint, p.phase,
               CASE WHEN p.heap_blks_total > 0
                    THEN 100 * p.heap_blks_scanned / p.heap_blks_total END
        FROM pg_catalog.pg_stat_progress_vacuum p
        JOIN pg_catalog.pg_stat_activity a ON a.pid = p.pid
        WHERE p.relid::bigint = ANY (?) AND a.query LIKE 'autovacuum:%(to prevent wraparound)%'
        ORDER BY a.pid LIMIT 5
        """,
        row ->
            finding(
                Rule.WRAPAROUND_VACUUM,
                "autovacuum (pid "
                    + row.getInt(1)
                    + ") is at work on "
                    + name(row.getLong(2))
                    + " to prevent wraparound ("
                    + row.getString(3)
                    + ", "
                    + row.getLong(4)
                    + " % read) and gives way to nobody: wait until it is done"),
        ids);
  }

  private List<Finding> snapshots() throws SQLException {
    return session.list(
        """
        SELECT a.pid, a.usename, a.application_name,
               extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::bigint
        FROM pg_catalog.pg_stat_activity a
        WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
          AND a.backend_type = 'client backend'
          AND a.xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => ?)
        ORDER BY a.xact_start LIMIT 1
        """,
        row ->
            finding(
                Rule.LONG_TRANSACTION,
                "what is done CONCURRENTLY waits for every older transaction of the database, and"
                    + " session "
                    + row.getInt(1)
                    + " ("
                    + who(row.getString(2), row.getString(3))
                    + ") has had one open for "
                    + row.getLong(4)
                    + " s"),
        longForConcurrently);
  }

  private String name(long id) {
    return relations.get(id).name().toString();
  }

  private static String who(String user, String application) {
    return "user "
        + user
        + ", application "
        + (application == null || application.isEmpty() ? "(none)" : application);
  }

  private static Finding finding(Rule rule, String message) {
    return new Finding(rule.id(), rule.page().risk().label(), message, null, null);
  }
}
