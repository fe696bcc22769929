-- One line per fact of the catalog that a fingerprint covers, with the relation that it is a fact
-- of, if it is one of a relation. Parameters: schema and name of the tool's own table; the schemas
-- that the tool creates by itself; names of relations, with or without schema, or NULL for all that
-- there is; the schemas in which names without one are looked up. Every name is qualified, because
-- the search path is pg_catalog alone.
WITH given AS (
  SELECT ?::text AS history_schema, ?::text AS history_table, ?::text[] AS managed,
         ?::text[] AS named, ?::text[] AS path
),
namespaces AS (
  SELECT n.oid, n.nspname, n.nspowner
  FROM pg_namespace n
  WHERE n.nspname NOT LIKE 'pg\_%'
    AND n.nspname <> 'information_schema'
    AND n.nspname NOT LIKE 'google\_%'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
                    WHERE d.classid = 'pg_namespace'::regclass AND d.objid = n.oid AND d.deptype = 'e')
),
touched AS (
  SELECT coalesce(i.indrelid, c.oid) AS id
  FROM given
  CROSS JOIN pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_index i ON i.indexrelid = c.oid
  WHERE n.nspname || '.' || c.relname = ANY (given.named)
     OR c.relname = ANY (given.named) AND n.nspname = ANY (given.path)
),
relations AS (
  SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind, c.relowner, c.relpersistence,
         c.relrowsecurity, c.relforcerowsecurity
  FROM given
  CROSS JOIN pg_class c
  JOIN namespaces n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    AND CASE WHEN given.named IS NULL THEN NOT c.relispartition
             ELSE c.oid IN (SELECT id FROM touched) END
    AND c.relpersistence <> 't'
    AND NOT (n.nspname = given.history_schema AND c.relname = given.history_table)
    AND NOT EXISTS (SELECT 1 FROM pg_depend d
                    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT '', 'schema ' || nspname || ' owner ' || pg_get_userbyid(nspowner)
FROM given CROSS JOIN namespaces
WHERE given.named IS NULL AND nspname <> ALL (given.managed)
UNION ALL
SELECT name, 'relation ' || name || ' kind ' || relkind::text || ' owner ' || pg_get_userbyid(relowner)
       || ' persistence ' || relpersistence::text || ' rls ' || relrowsecurity || '/' || relforcerowsecurity
FROM relations
UNION ALL
SELECT r.name, 'column ' || r.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
       || ' notnull ' || a.attnotnull || ' identity ' || a.attidentity::text || ' generated ' || a.attgenerated::text
       || ' collation ' || a.attcollation::regcollation::text
       || ' default ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
FROM relations r
JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE r.relkind <> 'S'
UNION ALL
SELECT r.name, 'constraint ' || r.name || '.' || con.conname || ' ' || pg_get_constraintdef(con.oid)
       || ' valid ' || con.convalidated
FROM relations r
JOIN pg_constraint con ON con.conrelid = r.oid
UNION ALL
SELECT r.name, 'index ' || pg_get_indexdef(i.indexrelid) || ' valid ' || (i.indisvalid AND i.indisready)
FROM relations r
JOIN pg_index i ON i.indrelid = r.oid
UNION ALL
SELECT r.name, 'trigger ' || pg_get_triggerdef(t.oid) || ' enabled ' || t.tgenabled::text
FROM relations r
JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
UNION ALL
SELECT r.name, 'policy ' || r.name || '.' || p.polname || ' ' || p.polcmd::text || ' permissive ' || p.polpermissive
       || ' roles ' || p.polroles::regrole[]::text
       || ' using ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '')
       || ' check ' || coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
FROM relations r
JOIN pg_policy p ON p.polrelid = r.oid
UNION ALL
SELECT r.name, 'view ' || r.name || ' ' || pg_get_viewdef(r.oid)
FROM relations r
WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT r.name, 'sequence ' || r.name || ' ' || format_type(s.seqtypid, NULL) || ' by ' || s.seqincrement
       || ' from ' || s.seqmin || ' to ' || s.seqmax || ' cycle ' || s.seqcycle
FROM relations r
JOIN pg_sequence s ON s.seqrelid = r.oid
UNION ALL
SELECT '', 'function ' || n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid)
       || ') kind ' || p.prokind::text || ' owner ' || pg_get_userbyid(p.proowner)
       || ' body ' || CASE WHEN p.prokind = 'a' THEN '' ELSE pg_get_functiondef(p.oid) END
FROM given
CROSS JOIN pg_proc p
JOIN namespaces n ON n.oid = p.pronamespace
WHERE given.named IS NULL AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT '', 'type ' || n.nspname || '.' || t.typname || ' ' || t.typtype::text || ' '
       || CASE t.typtype
            WHEN 'e' THEN (SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
                           FROM pg_enum e WHERE e.enumtypid = t.oid)
            WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) || ' notnull ' || t.typnotnull
                          || ' default ' || coalesce(t.typdefault, '') || ' '
                          || coalesce((SELECT string_agg(pg_get_constraintdef(con.oid), ',' ORDER BY con.conname)
                                       FROM pg_constraint con WHERE con.contypid = t.oid), '')
            ELSE ''
          END
FROM given
CROSS JOIN pg_type t
JOIN namespaces n ON n.oid = t.typnamespace
WHERE given.named IS NULL AND t.typtype IN ('e', 'd')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
-- Of all, these are in the lines of the others.
SELECT r.name, 'referenced by ' || con.conname || ' of ' || con.conrelid::regclass
FROM given CROSS JOIN relations r
JOIN pg_constraint con ON con.confrelid = r.oid AND con.contype = 'f' AND con.conparentid = 0
WHERE given.named IS NOT NULL AND con.conrelid <> r.oid
UNION ALL
SELECT DISTINCT r.name, 'used by ' || w.ev_class::regclass
FROM given CROSS JOIN relations r
JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
  AND d.classid = 'pg_rewrite'::regclass
JOIN pg_rewrite w ON w.oid = d.objid
WHERE given.named IS NOT NULL AND w.ev_class <> r.oid
