package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Catalog;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Alembic's own table, read by ourselves: after a failure its rows decide what happened.
 *
 * @param name as the rendered SQL spells it
 * @param schema where it is, or would be
 * @param table its name
 * @param rows sorted; empty where the table is not there
 */
record VersionRows(String name, String schema, String table, List<String> rows) {

  /** What Alembic calls it where env.py says nothing else. */
  static final String DEFAULT_NAME = "alembic_version";

  VersionRows {
    rows = List.copyOf(rows);
  }

  /**
   * Reads it.
   *
   * @param name possibly qualified and quoted, as in SQL
   * @throws StepFailure with reason NotReadable where the user may not read it
   */
  static VersionRows read(Job job, Session session, String name) throws SQLException {
    List<String> found =
        session.list(
            """
            SELECT n.nspname, c.relname
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = pg_catalog.to_regclass(?)
            """,
            row -> row.getString(1) + "\0" + row.getString(2),
            name);
    if (found.isEmpty()) {
      List<String> parts =
          session.list("SELECT unnest(pg_catalog.parse_ident(?))", row -> row.getString(1), name);
      String schema =
          parts.size() > 1
              ? parts.getFirst()
              : session.text("SELECT pg_catalog.current_schema()").orElse("public");
      return new VersionRows(name, schema, parts.getLast(), List.of());
    }
    String[] place = found.getFirst().split("\0");
    return new VersionRows(name, place[0], place[1], rows(job, session, place[0], place[1]));
  }

  /** A table of that shape whose rows are these, wherever it is; empty where there is not one. */
  static Optional<VersionRows> search(Job job, Session session, List<String> rows)
      throws SQLException {
    return ofThatShape(job, session).stream()
        .filter(found -> found.rows().equals(rows))
        .findFirst();
  }

  /**
   * Reads it where nobody can say what it is called.
   *
   * @param name that it may have; where no row is in a table called so, the only one of that shape
   */
  static VersionRows find(Job job, Session session, String name) throws SQLException {
    VersionRows called = read(job, session, name);
    List<VersionRows> others = called.rows().isEmpty() ? ofThatShape(job, session) : List.of();
    return others.size() == 1 ? others.getFirst() : called;
  }

  private static List<VersionRows> ofThatShape(Job job, Session session) throws SQLException {
    List<String> places =
        session.list(
            """
            SELECT n.nspname, c.relname
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
            WHERE c.relkind = 'r' AND NOT a.attisdropped
              AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            GROUP BY n.nspname, c.relname
            HAVING array_agg(a.attname::text) = ARRAY['version_num']
            """,
            row -> row.getString(1) + "\0" + row.getString(2));
    List<VersionRows> found = new ArrayList<>();
    for (String each : places) {
      String[] place = each.split("\0");
      found.add(
          new VersionRows(
              qualified(session, place[0], place[1]),
              place[0],
              place[1],
              rows(job, session, place[0], place[1])));
    }
    return found;
  }

  /** The one revision that the database is at; empty for none, several with commas. */
  String current() {
    return String.join(", ", rows);
  }

  /** The same table as it is now. */
  VersionRows again(Job job, Session session) throws SQLException {
    return read(job, session, name);
  }

  /** The catalog, which leaves out this table. */
  List<String> catalog(Session session) throws SQLException {
    return Catalog.lines(session, schema, table, List.of());
  }

  /** Fingerprints of relations, none of them this table. */
  Map<String, String> shapes(Session session, Collection<String> names) throws SQLException {
    return Catalog.shapes(session, schema, table, names, List.of());
  }

  private static String qualified(Session session, String schema, String table)
      throws SQLException {
    return session
        .text("SELECT pg_catalog.format('%I.%I', ?::text, ?::text)", schema, table)
        .orElseThrow();
  }

  private static List<String> rows(Job job, Session session, String schema, String table)
      throws SQLException {
    String name = qualified(session, schema, table);
    try {
      return List.copyOf(
          new TreeSet<>(session.list("SELECT version_num FROM " + name, row -> row.getString(1))));
    } catch (SQLException e) {
      if (!SqlErrors.state(e).startsWith("42")) {
        throw e;
      }
      throw StepFailure.permanent(
          "NotReadable",
          "version table "
              + name
              + " of "
              + job.databaseName()
              + " cannot be read: "
              + SqlErrors.message(e)
              + "; GRANT SELECT on it to the user");
    }
  }
}
