-- Facts of the relations that names mean: one row for each, its place in the list and JSON; NULL
-- where the name means nothing of the users. Parameters: schemas (empty for none written) and names;
-- for how many seconds the server has counted.
-- Takes no lock on them, and needs no right on them. Every name is qualified, because functions of
-- the search path could stand in front of PostgreSQL's.
WITH named AS (
  SELECT n.place, found.oid AS id
  FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS n (schema, name, place)
  LEFT JOIN LATERAL (
    SELECT c.oid
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
    WHERE c.relname = n.name AND s.nspname NOT LIKE 'pg\_%' AND s.nspname <> 'information_schema'
      AND CASE WHEN n.schema <> '' THEN s.nspname = n.schema
               ELSE s.nspname = ANY (pg_catalog.current_schemas(false)) END
    ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(false), s.nspname) LIMIT 1
  ) found ON true
)
SELECT named.place, pg_catalog.json_build_object(
  'oid', c.oid::bigint,
  'schema', s.nspname,
  'name', c.relname,
  'kind', c.relkind::text,
  'table', (
    SELECT pg_catalog.json_build_object('schema', ts.nspname, 'name', t.relname)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
    JOIN pg_catalog.pg_namespace ts ON ts.oid = t.relnamespace
    WHERE i.indexrelid = c.oid),
  'rows', whole.estimated,
  'changes', whole.changes,
  'reads', whole.read,
  'seconds', ?::float8,
  'partitions', whole.partitions,
  'parent', (
    SELECT pg_catalog.json_build_object('schema', ps.nspname, 'name', p.relname)
    FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
    JOIN pg_catalog.pg_namespace ps ON ps.oid = p.relnamespace
    WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1),
  'default', (
    SELECT pg_catalog.json_build_object('schema', ds.nspname, 'name', d.relname)
    FROM pg_catalog.pg_partitioned_table pt JOIN pg_catalog.pg_class d ON d.oid = pt.partdefid
    JOIN pg_catalog.pg_namespace ds ON ds.oid = d.relnamespace
    WHERE pt.partrelid = c.oid),
  'replicated', EXISTS (
    SELECT FROM pg_catalog.pg_publication_tables pub
    WHERE pub.schemaname = s.nspname AND pub.tablename = c.relname),
  'columns', (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', a.attname, 'type', ty.typname, 'modifier', a.atttypmod,
      'text', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'kind', ty.typtype::text, 'constrained', constrained.it,
      'notNull', a.attnotnull,
      'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
      'identity', a.attidentity <> '', 'generated', a.attgenerated <> '') ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type ty ON ty.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    CROSS JOIN LATERAL (
      WITH RECURSIVE domain (id) AS (
        SELECT ty.oid WHERE ty.typtype = 'd'
        UNION ALL
        SELECT b.oid FROM domain
        JOIN pg_catalog.pg_type here ON here.oid = domain.id
        JOIN pg_catalog.pg_type b ON b.oid = here.typbasetype AND b.typtype = 'd'
      )
      SELECT EXISTS (
        SELECT FROM domain JOIN pg_catalog.pg_type dt ON dt.oid = domain.id
        WHERE dt.typnotnull
           OR EXISTS (SELECT FROM pg_catalog.pg_constraint dc WHERE dc.contypid = dt.oid)) AS it
    ) constrained
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relkind NOT IN ('i', 'I', 'S')),
  'checks', (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', con.conname, 'definition', pg_catalog.pg_get_constraintdef(con.oid),
      'valid', con.convalidated) ORDER BY con.conname)
    FROM pg_catalog.pg_constraint con
    WHERE con.conrelid = c.oid AND con.contype = 'c'),
  'indexes', (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', ic.relname, 'unique', i.indisunique, 'primary', i.indisprimary,
      'valid', i.indisvalid AND i.indisready AND i.indislive,
      'partial', i.indpred IS NOT NULL,
      'pages', ic.relpages,
      'columns', (
        SELECT pg_catalog.json_agg(coalesce(a.attname, '') ORDER BY k.place)
        FROM unnest(i.indkey[0 : i.indnkeyatts - 1]) WITH ORDINALITY AS k (number, place)
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
          AND k.number > 0)) ORDER BY ic.relname)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    WHERE i.indrelid = c.oid),
  'foreignKeys', (
    SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', con.conname, 'incoming', con.confrelid = c.oid, 'outgoing', con.conrelid = c.oid,
      'schema', fs.nspname, 'table', f.relname,
      'referencedSchema', rs.nspname, 'referencedTable', r.relname,
      'valid', con.convalidated,
      'columns', (
        SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
        FROM unnest(con.conkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number),
      'referenced', (
        SELECT pg_catalog.json_agg(a.attname ORDER BY k.place)
        FROM unnest(con.confkey) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.number)
      ) ORDER BY con.conname, fs.nspname, f.relname)
    FROM pg_catalog.pg_constraint con
    JOIN pg_catalog.pg_class f ON f.oid = con.conrelid
    JOIN pg_catalog.pg_namespace fs ON fs.oid = f.relnamespace
    JOIN pg_catalog.pg_class r ON r.oid = con.confrelid
    JOIN pg_catalog.pg_namespace rs ON rs.oid = r.relnamespace
    WHERE con.contype = 'f' AND con.conparentid = 0 AND c.oid IN (con.conrelid, con.confrelid)),
  'triggers', (
    SELECT pg_catalog.json_agg(t.tgname ORDER BY t.tgname)
    FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal),
  'dependents', (
    WITH RECURSIVE dependent (classid, objid, col) AS (
      SELECT 'pg_catalog.pg_class'::regclass::oid, c.oid, 0
      UNION
      SELECT further.classid, further.objid, further.col
      FROM dependent CROSS JOIN LATERAL (
        SELECT d.classid, d.objid, CASE WHEN dependent.objid = c.oid THEN d.refobjsubid ELSE 0 END AS col
        FROM pg_catalog.pg_depend d
        WHERE d.refclassid = dependent.classid AND d.refobjid = dependent.objid
          AND d.deptype IN ('n', 'a', 'i') AND d.objsubid = 0
          -- What belongs to a whole is found through it.
          AND NOT (d.classid = dependent.classid AND d.objid = dependent.objid)
        UNION ALL
        -- Who drops the rule of a view drops the view.
        SELECT d.refclassid, d.refobjid, dependent.col
        FROM pg_catalog.pg_depend d
        WHERE dependent.classid = 'pg_catalog.pg_rewrite'::regclass
          AND d.classid = dependent.classid AND d.objid = dependent.objid AND d.deptype = 'i'
      ) further
    )
    SELECT pg_catalog.json_agg(DISTINCT pg_catalog.jsonb_build_object(
      'kind', o.type, 'name', o.identity,
      'column', coalesce((SELECT a.attname FROM pg_catalog.pg_attribute a
                          WHERE a.attrelid = c.oid AND a.attnum = dependent.col), '')))
    FROM dependent
    CROSS JOIN LATERAL pg_catalog.pg_identify_object(dependent.classid, dependent.objid, 0) o
    LEFT JOIN pg_catalog.pg_class dc
      ON dependent.classid = 'pg_catalog.pg_class'::regclass AND dc.oid = dependent.objid
    LEFT JOIN pg_catalog.pg_constraint con
      ON dependent.classid = 'pg_catalog.pg_constraint'::regclass AND con.oid = dependent.objid
    LEFT JOIN pg_catalog.pg_attrdef ad
      ON dependent.classid = 'pg_catalog.pg_attrdef'::regclass AND ad.oid = dependent.objid
    LEFT JOIN pg_catalog.pg_policy pol
      ON dependent.classid = 'pg_catalog.pg_policy'::regclass AND pol.oid = dependent.objid
    WHERE dependent.objid <> c.oid
      AND (dc.relkind IN ('v', 'm')
           OR con.conparentid = 0 AND con.contype = 'f' AND con.conrelid <> c.oid
           OR ad.adrelid <> c.oid
           OR pol.polrelid <> c.oid
           OR dependent.classid = 'pg_catalog.pg_proc'::regclass))
)::text
FROM named
LEFT JOIN pg_catalog.pg_class c ON c.oid = named.id
LEFT JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
LEFT JOIN LATERAL (
  WITH RECURSIVE tree (id) AS (
    SELECT c.oid
    UNION SELECT h.inhrelid FROM pg_catalog.pg_inherits h JOIN tree ON h.inhparent = tree.id
  )
  SELECT CASE WHEN pg_catalog.bool_and(part.reltuples >= 0)
              THEN pg_catalog.sum(part.reltuples)::bigint END AS estimated,
         pg_catalog.sum(pg_catalog.pg_stat_get_tuples_inserted(part.oid)
                        + pg_catalog.pg_stat_get_tuples_updated(part.oid)
                        + pg_catalog.pg_stat_get_tuples_deleted(part.oid))::bigint AS changes,
         pg_catalog.sum(pg_catalog.pg_stat_get_tuples_returned(part.oid)
                        + pg_catalog.pg_stat_get_tuples_fetched(part.oid))::bigint AS read,
         pg_catalog.count(*) FILTER (WHERE part.oid <> c.oid AND part.relispartition) AS partitions
  FROM tree JOIN pg_catalog.pg_class part ON part.oid = tree.id
  WHERE part.relkind IN ('r', 'm') OR part.oid = c.oid AND c.relkind NOT IN ('r', 'm', 'p')
) whole ON true
ORDER BY named.place
