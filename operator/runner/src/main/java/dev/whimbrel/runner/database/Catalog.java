package dev.whimbrel.runner.database;

import dev.whimbrel.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The shape of all user schemas: what a plan's fingerprint covers. Without: extension members,
 * temporary and toast relations, {@code google_*} schemas, the tool's own table, partitions (their
 * parent's shape counts), values of sequences, statistics, comments, storage options.
 */
public final class Catalog {

  private static final String QUERY = resource("catalog.sql");

  private Catalog() {}

  /** SHA-256 over a catalog, as {@code sha256:…}. */
  public static String fingerprint(List<String> lines) {
    return "sha256:" + Sha256.hex(String.join("\n", lines));
  }

  /**
   * The catalog as sorted lines of text, one fact each.
   *
   * @param historySchema schema of the tool's own table
   * @param historyTable name of the tool's own table
   * @param managedSchemas schemas that the tool creates where they are missing, so that their being
   *     there says nothing
   */
  public static List<String> lines(
      Session session, String historySchema, String historyTable, List<String> managedSchemas)
      throws SQLException {
    // Definitions are printed with names relative to the search path, so that must be the same.
    String path = session.text("SELECT pg_catalog.current_setting('search_path')").orElse("");
    session.set("search_path", "pg_catalog");
    try {
      List<String> lines =
          session.list(
              QUERY,
              row -> row.getString(1),
              historySchema,
              historyTable,
              managedSchemas.toArray(String[]::new));
      lines.sort(null);
      return lines;
    } finally {
      session.set("search_path", path);
    }
  }

  /** Indexes that exist but are not valid, with their schema: left behind by CONCURRENTLY. */
  public static Set<String> invalidIndexes(Session session) throws SQLException {
    return new TreeSet<>(
        session.list(
            """
            SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
              AND c.relkind = 'i'
              AND n.nspname NOT LIKE 'pg\\_toast%'
            """,
            row -> row.getString(1)));
  }

  /** Constraints that do not hold for all rows, as {@code schema.table.constraint}. */
  public static Set<String> unvalidatedConstraints(Session session) throws SQLException {
    return new TreeSet<>(
        session.list(
            """
            SELECT con.conrelid::regclass::text || '.' || con.conname
            FROM pg_catalog.pg_constraint con
            WHERE NOT con.convalidated AND con.conrelid <> 0
            """,
            row -> row.getString(1)));
  }

  private static String resource(String name) {
    try (InputStream in = Catalog.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable resource " + name, e);
    }
  }
}
