package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.TouchedRelations;
import dev.whimbrel.analysis.catalog.RelationFacts;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.catalog.Size;
import dev.whimbrel.analysis.catalog.TypeKind;
import dev.whimbrel.runner.database.Identity;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Looks up in the catalog what statements name. */
final class SchemaReader {

  private static final String QUERY = resource("relations.sql");

  private static final String TYPES =
      """
      SELECT n.place, found.kind, found.constrained
      FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS n (schema, name, place)
      CROSS JOIN LATERAL (
        SELECT t.typtype::text AS kind, t.typnotnull OR t.typbasetype <> 0 AND (
                 EXISTS (SELECT FROM pg_catalog.pg_type b
                         WHERE b.oid = t.typbasetype AND b.typtype = 'd')
                 OR EXISTS (SELECT FROM pg_catalog.pg_constraint con WHERE con.contypid = t.oid)
               ) AS constrained
        FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
        WHERE t.typname = n.name
          AND CASE WHEN n.schema <> '' THEN s.nspname = n.schema
                   ELSE s.nspname = ANY (pg_catalog.current_schemas(true)) END
        ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(true), s.nspname) LIMIT 1
      ) found
      """;

  /**
   * Of the main forks, so that a table without a row has none: its out-of-line index has a page.
   */
  private static final String SIZE =
      """
      WITH RECURSIVE tree (id) AS (
        SELECT ?::bigint::oid
        UNION SELECT h.inhrelid FROM pg_catalog.pg_inherits h JOIN tree ON h.inhparent = tree.id
      )
      SELECT pg_catalog.sum(pg_catalog.pg_relation_size(c.oid)
               + coalesce(pg_catalog.pg_relation_size(nullif(c.reltoastrelid, 0)), 0))::bigint,
             pg_catalog.sum(pg_catalog.pg_indexes_size(c.oid))::bigint
      FROM tree JOIN pg_catalog.pg_class c ON c.oid = tree.id
      """;

  private final Session session;

  SchemaReader(Session session) {
    this.session = session;
  }

  /** What is found, with the identifiers by which the server knows it. */
  record Found(SchemaFacts facts, Map<Long, RelationFacts> byId) {

    Found {
      byId = Map.copyOf(byId);
    }
  }

  /**
   * Looks them up.
   *
   * @throws SQLException where the catalog cannot be read in time
   */
  Found read(TouchedRelations touched) throws SQLException {
    List<QualifiedName> names = List.copyOf(touched.relations());
    Map<QualifiedName, RelationFacts> relations = new HashMap<>();
    Map<Long, RelationFacts> byId = new HashMap<>();
    Set<QualifiedName> absent = new HashSet<>();
    List<CatalogRow> rows =
        names.isEmpty()
            ? List.of()
            : session.list(
                QUERY,
                row -> CatalogRow.read(row.getInt(1), row.getString(2)),
                part(names, QualifiedName::schema),
                part(names, QualifiedName::name),
                secondsCounted().orElse(0L));
    for (CatalogRow row : rows) {
      QualifiedName name = names.get(row.place() - 1);
      if (row.isAbsent()) {
        absent.add(name);
      } else {
        RelationFacts facts =
            byId.containsKey(row.id()) ? byId.get(row.id()) : sized(row.facts(), row.id());
        byId.put(row.id(), facts);
        relations.put(name, facts);
      }
    }
    int version = (int) session.number("SELECT pg_catalog.current_setting('server_version_num')");
    return new Found(new SchemaFacts(version, relations, absent, types(touched)), byId);
  }

  /**
   * For how long the server has counted what is read and written: since somebody reset it, or else
   * since the server was made, which its system identifier begins with.
   */
  private Optional<Long> secondsCounted() throws SQLException {
    Optional<String> reset =
        session.text(
            """
            SELECT extract(epoch FROM pg_catalog.clock_timestamp()
                     - pg_catalog.pg_stat_get_db_stat_reset_time(d.oid))::bigint
            FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
            """);
    if (reset.isPresent()) {
      return reset.map(Long::valueOf);
    }
    Optional<String> identifier = Identity.systemIdentifier(session);
    return identifier.isEmpty()
        ? Optional.empty()
        : session
            .text(
                "SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) - (?::bigint >>"
                    + " 32))::bigint",
                identifier.get())
            .map(Long::valueOf);
  }

  private RelationFacts sized(RelationFacts facts, long id) throws SQLException {
    return switch (facts.kind()) {
      case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW, INDEX, PARTITIONED_INDEX ->
          facts.withSize(size(facts.size(), id));
      default -> facts;
    };
  }

  /** Waits for nobody: whose table is locked has a size that is not known. */
  private Size size(Size known, long id) throws SQLException {
    try {
      return session
          .list(
              SIZE,
              row ->
                  new Size(
                      known.rows(),
                      OptionalLong.of(row.getLong(1)),
                      OptionalLong.of(row.getLong(2))),
              id)
          .getFirst();
    } catch (SQLException e) {
      if (SqlErrors.state(e).equals(SqlErrors.LOCK_NOT_AVAILABLE)) {
        return known;
      }
      throw e;
    }
  }

  private Map<QualifiedName, TypeKind> types(TouchedRelations touched) throws SQLException {
    List<QualifiedName> names = List.copyOf(touched.types());
    Map<QualifiedName, TypeKind> types = new HashMap<>();
    if (names.isEmpty()) {
      return types;
    }
    session.list(
        TYPES,
        row ->
            types.put(
                names.get(row.getInt(1) - 1),
                CatalogRow.typeKind(row.getString(2), row.getBoolean(3))),
        part(names, QualifiedName::schema),
        part(names, QualifiedName::name));
    return types;
  }

  private static String[] part(List<QualifiedName> names, Function<QualifiedName, String> part) {
    return names.stream().map(part).toArray(String[]::new);
  }

  private static String resource(String name) {
    try (InputStream in = SchemaReader.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("unreadable resource " + name, e);
    }
  }
}
