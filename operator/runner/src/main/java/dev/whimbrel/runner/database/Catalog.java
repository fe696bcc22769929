package dev.whimbrel.runner.database;

import dev.whimbrel.protocol.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The shape of all user schemas: what a plan's fingerprint covers. Without: extension members,
 * temporary and toast relations, {@code google_*} schemas, the tool's own table, partitions (their
 * parent's shape counts), values of sequences, statistics, comments, storage options.
 */
public final class Catalog {

  /** The fingerprint of a relation that is not there. */
  public static final String ABSENT = "absent";

  /** It tells of chance, not of malice: whoever may change a schema may change its data. */
  private static final int SHAPE_DIGITS = 16;

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
    List<String> lines =
        new ArrayList<>(
            read(session, historySchema, historyTable, managedSchemas, null, List.of()).stream()
                .map(Line::text)
                .toList());
    lines.sort(null);
    return lines;
  }

  /**
   * Fingerprints of the relations that names mean: of their lines as {@link #lines} has them, and
   * of who refers to them. An index stands for its table. A name that means none is {@link
   * #ABSENT}, so that the keys of one answer are the names of the next question.
   *
   * @param names with or without a schema, without quotes
   * @param path the schemas in which a name without one is looked up, before the search path
   */
  public static SortedMap<String, String> shapes(
      Session session,
      String historySchema,
      String historyTable,
      Collection<String> names,
      List<String> path)
      throws SQLException {
    if (names.isEmpty()) {
      return new TreeMap<>();
    }
    List<String> schemas = new ArrayList<>(path);
    schemas.addAll(
        session.list("SELECT unnest(pg_catalog.current_schemas(false))", row -> row.getString(1)));
    SortedMap<String, List<String>> found = new TreeMap<>();
    for (Line line : read(session, historySchema, historyTable, List.of(), names, schemas)) {
      found.computeIfAbsent(line.relation(), key -> new ArrayList<>()).add(line.text());
    }
    SortedMap<String, String> shapes = new TreeMap<>();
    names.stream()
        .filter(name -> found.keySet().stream().noneMatch(key -> means(name, key)))
        .forEach(name -> shapes.put(name, ABSENT));
    found.forEach((relation, lines) ->
        shapes.put(
            relation,
            Sha256.hex(String.join("\n", lines.stream().sorted().toList()))
                .substring(0, SHAPE_DIGITS)));
    return shapes;
  }

  private static boolean means(String name, String relation) {
    return relation.equals(name) || relation.endsWith("." + name);
  }

  private static List<Line> read(
      Session session,
      String historySchema,
      String historyTable,
      List<String> managedSchemas,
      Collection<String> names,
      List<String> path)
      throws SQLException {
    // Definitions are printed with names relative to the search path, so that must be the same.
    String before = session.text("SELECT pg_catalog.current_setting('search_path')").orElse("");
    session.set("search_path", "pg_catalog");
    try {
      return session.list(
          QUERY,
          row -> new Line(row.getString(1), row.getString(2)),
          historySchema,
          historyTable,
          managedSchemas.toArray(String[]::new),
          names == null ? null : names.toArray(String[]::new),
          path.toArray(String[]::new));
    } finally {
      session.set("search_path", before);
    }
  }

  /**
   * One fact.
   *
   * @param relation that it is of; empty for none
   */
  private record Line(String relation, String text) {}

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
