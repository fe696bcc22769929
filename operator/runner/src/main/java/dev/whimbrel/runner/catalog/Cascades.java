package dev.whimbrel.runner.catalog;

import dev.whimbrel.analysis.CascadingDrop;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks up in the catalog what goes with a schema, a type or a domain. */
final class Cascades {

  /** As many are named; of more the others are counted. */
  private static final int NAMED = 10;

  /**
   * The closure over pg_depend, as {@code findDependentObjects} of dependency.c goes. A rule stands
   * for its view, and what an object has made for itself (indexes, row types, sequences of
   * identities) goes without saying.
   */
  private static final String CLOSURE =
      """
      WITH RECURSIVE closure (classid, objid, objsubid) AS (
        SELECT o.classid, o.objid, 0 FROM (%1$s) o (classid, objid)
        UNION
        SELECT further.classid, further.objid, further.objsubid
        FROM closure CROSS JOIN LATERAL (
          SELECT d.classid, d.objid, d.objsubid
          FROM pg_catalog.pg_depend d
          WHERE d.refclassid = closure.classid AND d.refobjid = closure.objid
            AND (closure.objsubid = 0 OR d.refobjsubid = closure.objsubid)
            AND d.deptype IN ('n', 'a', 'i', 'P', 'S')
          UNION ALL
          SELECT d.refclassid, d.refobjid, 0
          FROM pg_catalog.pg_depend d
          WHERE closure.classid = 'pg_catalog.pg_rewrite'::regclass
            AND d.classid = closure.classid AND d.objid = closure.objid AND d.deptype = 'i'
        ) further
      )
      SELECT o.type || ' ' || o.identity, pg_catalog.count(*) OVER ()
      FROM (SELECT DISTINCT c.classid, c.objid, c.objsubid FROM closure c) c
      CROSS JOIN LATERAL
        pg_catalog.pg_identify_object(c.classid::oid, c.objid, c.objsubid) o
      LEFT JOIN pg_catalog.pg_constraint con
        ON c.classid = 'pg_catalog.pg_constraint'::regclass AND con.oid = c.objid
      WHERE o.type IN ('table', 'partitioned table', 'foreign table', 'view', 'materialized view',
                       'sequence', 'function', 'procedure', 'aggregate', 'type', 'table column',
                       'table constraint')
        AND NOT EXISTS (SELECT FROM (%1$s) dropped (classid, objid)
                        WHERE dropped.classid = c.classid AND dropped.objid = c.objid)
        -- Of a table that stays.
        AND (con.oid IS NULL OR con.contype = 'f' AND NOT EXISTS (
               SELECT FROM closure t WHERE t.classid = 'pg_catalog.pg_class'::regclass
                 AND t.objid = con.conrelid AND t.objsubid = 0))
        -- Of a relation, or an array.
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_type t
                        WHERE c.classid = 'pg_catalog.pg_type'::regclass AND t.oid = c.objid
                          AND (t.typelem <> 0 OR t.typrelid <> 0 AND EXISTS (
                                 SELECT FROM pg_catalog.pg_class r
                                 WHERE r.oid = t.typrelid AND r.relkind <> 'c')))
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend own
                        WHERE own.classid = c.classid AND own.objid = c.objid
                          AND own.deptype = 'i' AND c.classid = 'pg_catalog.pg_class'::regclass)
      ORDER BY 1 LIMIT %2$d
      """;

  private static final String SCHEMA =
      """
      SELECT 'pg_catalog.pg_namespace'::regclass::oid, n.oid
      FROM pg_catalog.pg_namespace n WHERE n.nspname = ? AND ? = ''
      """;

  private static final String TYPE =
      """
      SELECT 'pg_catalog.pg_type'::regclass::oid, (
        SELECT t.oid FROM pg_catalog.pg_type t
        JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
        CROSS JOIN (SELECT ? AS type, ? AS schema) named
        WHERE t.typname = named.type
          AND CASE WHEN named.schema <> '' THEN s.nspname = named.schema
                   ELSE s.nspname = ANY (pg_catalog.current_schemas(true)) END
        ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(true), s.nspname) LIMIT 1)
      """;

  private final Session session;

  Cascades(Session session) {
    this.session = session;
  }

  /**
   * A finding for each that takes something along.
   *
   * @throws SQLException where the catalog cannot be read in time
   */
  List<Finding> findings(List<CascadingDrop> drops) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (CascadingDrop drop : drops) {
      String origin = drop.kind() == CascadingDrop.Kind.SCHEMA ? SCHEMA : TYPE;
      String name = drop.name().name();
      String schema = drop.name().schema();
      List<String> first = new ArrayList<>();
      long[] count = new long[1];
      session.list(
          CLOSURE.formatted(origin, NAMED),
          row -> {
            count[0] = row.getLong(2);
            return first.add(row.getString(1));
          },
          name,
          schema,
          name,
          schema);
      if (!first.isEmpty()) {
        findings.add(drop.finding(first, count[0]));
      }
    }
    return findings;
  }
}
