package dev.whimbrel.runner.database;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a reviewer of a plan should know of the database right now. Bound by no hash. */
public final class Facts {

  private static final int TABLES = 5;

  private Facts() {}

  /** Sentences. */
  public static List<String> read(Session session) throws SQLException {
    List<String> facts = new ArrayList<>();
    facts.add(
        "PostgreSQL "
            + session.text("SELECT pg_catalog.current_setting('server_version')").orElse("?")
            + ", database size "
            + session
                .text(
                    "SELECT"
                        + " pg_catalog.pg_size_pretty(pg_catalog.pg_database_size(pg_catalog.current_database()))")
                .orElse("?"));
    facts.addAll(largestTables(session));
    facts.addAll(longTransactions(session));
    if (!session.isTrue("SELECT pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')")) {
      facts.add(
          "Long transactions of other users are hidden from this user: GRANT pg_monitor to show"
              + " them");
    }
    facts.addAll(preparedTransactions(session));
    facts.addAll(slots(session));
    Set<String> invalid = Catalog.invalidIndexes(session);
    if (!invalid.isEmpty()) {
      facts.add("Invalid indexes now: " + String.join(", ", invalid));
    }
    return facts;
  }

  /** How many relations the database holds: what an adoption takes as given. */
  public static String catalogSummary(Session session) throws SQLException {
    return session
        .text(
            """
            SELECT 'Catalog taken as given: '
                   || count(*) FILTER (WHERE relkind IN ('r', 'p')) || ' tables, '
                   || count(*) FILTER (WHERE relkind = 'v') || ' views, '
                   || count(*) FILTER (WHERE relkind = 'm') || ' materialized views, '
                   || count(*) FILTER (WHERE relkind = 'S') || ' sequences, '
                   || count(*) FILTER (WHERE relkind = 'i') || ' indexes: '
                   || coalesce(left(string_agg(n.nspname || '.' || relname, ', ' ORDER BY relname)
                               FILTER (WHERE relkind IN ('r', 'p')), 2000), 'none')
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
            """)
        .orElse("");
  }

  /** From the planner's statistics: pg_total_relation_size would wait for locks of others. */
  private static List<String> largestTables(Session session) throws SQLException {
    return session.list(
        """
        SELECT 'Table ' || n.nspname || '.' || c.relname || ': about '
               || greatest(c.reltuples, 0)::bigint || ' rows, about '
               || pg_catalog.pg_size_pretty(pages.total * 8192)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT c.relpages + coalesce(sum(other.relpages), 0) AS total
          FROM pg_catalog.pg_class other
          WHERE other.oid = c.reltoastrelid
             OR other.oid IN (SELECT indexrelid FROM pg_catalog.pg_index WHERE indrelid = c.oid)
        ) pages
        WHERE c.relkind IN ('r', 'm')
          AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
        ORDER BY pages.total DESC, n.nspname, c.relname
        LIMIT ?
        """,
        row -> row.getString(1), TABLES);
  }

  private static List<String> longTransactions(Session session) throws SQLException {
    return session.list(
        """
        SELECT 'Transaction open for ' || extract(epoch FROM clock_timestamp() - xact_start)::bigint
               || ' s: pid ' || pid || ', application ' || coalesce(nullif(application_name, ''), '(none)')
               || ', ' || coalesce(state, '')
        FROM pg_catalog.pg_stat_activity
        WHERE xact_start < clock_timestamp() - interval '30 seconds'
          AND datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
        ORDER BY xact_start LIMIT 5
        """,
        row -> row.getString(1));
  }

  private static List<String> preparedTransactions(Session session) throws SQLException {
    return session.list(
        """
        SELECT 'Prepared transaction ' || gid || ' since ' || prepared
        FROM pg_catalog.pg_prepared_xacts
        WHERE database = pg_catalog.current_database() ORDER BY prepared LIMIT 5
        """,
        row -> row.getString(1));
  }

  /** What a rewrite of a table writes has to be kept for those who have not read it yet. */
  private static List<String> slots(Session session) throws SQLException {
    return session.list(
        """
        SELECT 'Replication slot ' || slot_name || CASE WHEN active THEN ' is' ELSE ', used by nobody, is' END
               || ' ' || coalesce(pg_catalog.pg_size_pretty(behind), 'nothing') || ' of WAL behind'
               || coalesce(', and keeps VACUUM from what the last ' || age || ' transactions left', '')
        FROM pg_catalog.pg_replication_slots
        CROSS JOIN LATERAL (
          SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), restart_lsn) AS behind,
                 greatest(pg_catalog.age(xmin), pg_catalog.age(catalog_xmin)) AS age
        ) state
        WHERE NOT active OR behind > 1073741824
        ORDER BY behind DESC NULLS LAST LIMIT 5
        """,
        row -> row.getString(1));
  }
}
