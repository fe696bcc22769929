add-column-nullable: ALTER TABLE t ADD COLUMN x text
add-column-constant-default: ALTER TABLE t ADD COLUMN x text NOT NULL DEFAULT 'x'
add-column-now-default: ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now()
add-column-stable-default: ALTER TABLE t ADD COLUMN x int DEFAULT steady()
add-column-volatile-default: ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid()
add-column-volatile-function-default: ALTER TABLE t ADD COLUMN x int DEFAULT wild()
add-column-clock-default: ALTER TABLE t ADD COLUMN x timestamptz DEFAULT clock_timestamp()
add-column-serial: ALTER TABLE t ADD COLUMN x bigserial
add-column-identity: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS IDENTITY
add-column-generated-stored: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) STORED
add-column-generated-virtual: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) VIRTUAL
add-column-generated-bare: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1)
add-column-not-null: ALTER TABLE t ADD COLUMN x int NOT NULL
add-column-inline-check: ALTER TABLE t ADD COLUMN x int CHECK (x > 0)
add-column-inline-fk: ALTER TABLE t ADD COLUMN x int REFERENCES parent (id)
add-column-inline-fk-default: ALTER TABLE t ADD COLUMN x int DEFAULT 1 REFERENCES parent (id)
add-column-inline-unique: ALTER TABLE t ADD COLUMN x int UNIQUE
add-column-inline-pk: ALTER TABLE keyless ADD COLUMN x int GENERATED ALWAYS AS IDENTITY PRIMARY KEY
add-column-constrained-domain: ALTER TABLE t ADD COLUMN x positive DEFAULT 1
add-column-constrained-domain-null: ALTER TABLE t ADD COLUMN x positive
add-column-plain-domain: ALTER TABLE t ADD COLUMN x plain DEFAULT 1
add-column-json: ALTER TABLE t ADD COLUMN x json
add-column-if-not-exists: ALTER TABLE t ADD COLUMN IF NOT EXISTS a int
add-column-to-partitioned: ALTER TABLE parts ADD COLUMN x int
add-column-volatile-default-to-partitioned: ALTER TABLE parts ADD COLUMN x uuid DEFAULT gen_random_uuid()
add-two-columns: ALTER TABLE t ADD COLUMN x int, ADD COLUMN y int
drop-column: ALTER TABLE t DROP COLUMN j
drop-column-with-index: ALTER TABLE t DROP COLUMN c
drop-column-with-fk: ALTER TABLE t DROP COLUMN ref
drop-column-of-partitioned: ALTER TABLE parts DROP COLUMN at
drop-column-in-view: ALTER TABLE parent DROP COLUMN id
drop-column-in-view-cascade: ALTER TABLE parent DROP COLUMN id CASCADE
rename-column: ALTER TABLE t RENAME COLUMN j TO jj
rename-column-of-partitioned: ALTER TABLE parts RENAME COLUMN at TO x
type-smallint-to-int: ALTER TABLE t ALTER si TYPE int
type-int-to-bigint: ALTER TABLE t ALTER nn TYPE bigint
type-bigint-narrows: ALTER TABLE t ALTER nn TYPE smallint
type-int-to-text: ALTER TABLE t ALTER u TYPE text
type-text-to-int-using: ALTER TABLE t ALTER b TYPE int USING length(b)
type-same-using: ALTER TABLE t ALTER b TYPE varchar(50) USING b
type-same: ALTER TABLE t ALTER nn TYPE int
type-varchar-grows: ALTER TABLE t ALTER b TYPE varchar(80)
type-varchar-unbounded: ALTER TABLE t ALTER b TYPE varchar
type-varchar-to-text: ALTER TABLE t ALTER b TYPE text
type-varchar-narrows: ALTER TABLE t ALTER b TYPE varchar(20)
type-text-to-varchar: ALTER TABLE t ALTER d TYPE varchar
type-text-to-varchar-bounded: ALTER TABLE t ALTER d TYPE varchar(255)
type-char-to-text: ALTER TABLE t ALTER ch TYPE text
type-varbit-grows: ALTER TABLE t ALTER bits TYPE varbit(16)
type-numeric-precision-grows: ALTER TABLE t ALTER e TYPE numeric(12, 2)
type-numeric-unconstrained: ALTER TABLE t ALTER e TYPE numeric
type-numeric-scale-changes: ALTER TABLE t ALTER e TYPE numeric(12, 4)
type-json-to-jsonb: ALTER TABLE t ALTER j TYPE jsonb
type-enum-to-text: ALTER TABLE t ALTER en TYPE text
type-cidr-to-inet: ALTER TABLE t ALTER net TYPE inet
type-timestamp-precision-grows: ALTER TABLE t ALTER f3 TYPE timestamp(6)
type-timestamp-precision-shrinks: ALTER TABLE t ALTER f TYPE timestamp(3)
type-interval-precision-grows: ALTER TABLE t ALTER iv TYPE interval(6)
type-time-precision-grows: ALTER TABLE t ALTER tm TYPE time(6)
type-timestamp-to-timestamptz-in-utc: SET LOCAL TimeZone = 'UTC'; ALTER TABLE t ALTER f TYPE timestamptz
type-timestamp-to-timestamptz-elsewhere: SET LOCAL TimeZone = 'Europe/Berlin'; ALTER TABLE t ALTER f TYPE timestamptz
type-timestamp-to-timestamptz-with-precision: SET LOCAL TimeZone = 'UTC'; ALTER TABLE t ALTER f3 TYPE timestamptz(3)
type-timestamptz-to-timestamp-in-utc: SET LOCAL TimeZone = 'UTC'; ALTER TABLE t ALTER tz TYPE timestamp
type-collation: ALTER TABLE t ALTER b TYPE varchar(50) COLLATE "C"
type-collation-indexed: ALTER TABLE t ALTER d TYPE text COLLATE "C"
type-to-constrained-domain: ALTER TABLE t ALTER nn TYPE positive
type-to-plain-domain: ALTER TABLE t ALTER nn TYPE plain
type-in-view: ALTER TABLE parent ALTER id TYPE bigint
type-of-partitioned: ALTER TABLE parts ALTER at TYPE bigint
set-not-null: ALTER TABLE t ALTER a SET NOT NULL
set-not-null-proven: ALTER TABLE t ALTER c SET NOT NULL
set-not-null-and-drop-proof: ALTER TABLE t ALTER c SET NOT NULL, DROP CONSTRAINT c_proves
set-not-null-already: ALTER TABLE t ALTER nn SET NOT NULL
set-not-null-of-partitioned: ALTER TABLE parts ALTER at SET NOT NULL
add-not-null-not-valid: ALTER TABLE t ADD CONSTRAINT x NOT NULL a NOT VALID
add-not-null: ALTER TABLE t ADD CONSTRAINT x NOT NULL a
validate-not-null: ALTER TABLE t VALIDATE CONSTRAINT lt_later
drop-not-null: ALTER TABLE t ALTER nn DROP NOT NULL
drop-not-null-of-partitioned: ALTER TABLE ranges ALTER id DROP NOT NULL
set-default: ALTER TABLE t ALTER a SET DEFAULT 5
set-default-of-partitioned: ALTER TABLE parts ALTER at SET DEFAULT 5
drop-default: ALTER TABLE t ALTER df DROP DEFAULT
add-identity: ALTER TABLE t ALTER nn ADD GENERATED ALWAYS AS IDENTITY
set-identity: ALTER TABLE t ALTER idn SET GENERATED ALWAYS
drop-identity: ALTER TABLE t ALTER idn DROP IDENTITY
set-expression: ALTER TABLE t ALTER g SET EXPRESSION AS (a * 3)
drop-expression: ALTER TABLE t ALTER g DROP EXPRESSION
set-statistics: ALTER TABLE t ALTER a SET STATISTICS 500
set-attribute-options: ALTER TABLE t ALTER a SET (n_distinct = 5)
reset-attribute-options: ALTER TABLE t ALTER a RESET (n_distinct)
set-storage: ALTER TABLE t ALTER d SET STORAGE external
set-compression: ALTER TABLE t ALTER d SET COMPRESSION pglz
set-reloptions: ALTER TABLE t SET (fillfactor = 80)
set-autovacuum-options: ALTER TABLE t SET (autovacuum_vacuum_scale_factor = 0.01)
reset-reloptions: ALTER TABLE t RESET (fillfactor)
cluster-on: ALTER TABLE t CLUSTER ON t_a
set-without-cluster: ALTER TABLE t SET WITHOUT CLUSTER
comment: COMMENT ON TABLE t IS 'x'
comment-on-column: COMMENT ON COLUMN t.a IS 'x'
comment-on-index: COMMENT ON INDEX t_a IS 'x'
comment-on-constraint: COMMENT ON CONSTRAINT c_proves ON t IS 'x'
comment-on-view: COMMENT ON VIEW v IS 'x'
comment-on-sequence: COMMENT ON SEQUENCE s IS 'x'
comment-on-function: COMMENT ON FUNCTION wild() IS 'x'
comment-on-type: COMMENT ON TYPE mood IS 'x'
comment-on-schema: COMMENT ON SCHEMA other IS 'x'
alter-index-set: ALTER INDEX t_a SET (fillfactor = 80)
alter-index-statistics: ALTER INDEX t_d ALTER COLUMN 1 SET STATISTICS 500
add-check: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)
add-check-not-valid: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID
add-check-not-enforced: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT ENFORCED
add-check-to-partitioned: ALTER TABLE parts ADD CONSTRAINT x CHECK (at > 0)
validate-check: ALTER TABLE t VALIDATE CONSTRAINT a_later
validate-check-with-another: ALTER TABLE t VALIDATE CONSTRAINT a_later, ADD COLUMN x int
add-and-validate-check: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT x
validate-fk: ALTER TABLE t VALIDATE CONSTRAINT fk_later
add-fk: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES parent (id)
add-fk-not-valid: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES parent (id) NOT VALID
add-fk-not-enforced: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES parent (id) NOT ENFORCED
add-fk-to-itself: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES t (id)
add-fk-on-partitioned: ALTER TABLE parts ADD FOREIGN KEY (ref) REFERENCES parent (id)
add-fk-not-valid-on-partitioned: ALTER TABLE parts ADD FOREIGN KEY (ref) REFERENCES parent (id) NOT VALID
drop-fk: ALTER TABLE t DROP CONSTRAINT t_ref_fkey
add-unique: ALTER TABLE t ADD UNIQUE (a)
add-unique-to-partitioned: ALTER TABLE ranges ADD UNIQUE (id)
add-unique-using-index: ALTER TABLE t ADD UNIQUE USING INDEX t_c
add-pk: ALTER TABLE keyless ADD PRIMARY KEY (a)
add-pk-not-null: ALTER TABLE keyless ADD PRIMARY KEY (nn)
add-pk-using-index: ALTER TABLE keyless ADD PRIMARY KEY USING INDEX keyless_n
add-pk-using-index-not-null: ALTER TABLE keyless ADD PRIMARY KEY USING INDEX keyless_nn
add-pk-to-partitioned: ALTER TABLE ranges ADD PRIMARY KEY (id)
add-exclusion: ALTER TABLE t ADD EXCLUDE USING btree (a WITH =)
drop-check: ALTER TABLE t DROP CONSTRAINT c_proves
drop-unique: ALTER TABLE t DROP CONSTRAINT t_u_key
drop-pk: ALTER TABLE t DROP CONSTRAINT t_pkey
drop-pk-referenced: ALTER TABLE parent DROP CONSTRAINT parent_pkey
replica-identity: ALTER TABLE t REPLICA IDENTITY FULL
alter-constraint: ALTER TABLE t ALTER CONSTRAINT t_ref_fkey DEFERRABLE
alter-constraint-not-enforced: ALTER TABLE t ALTER CONSTRAINT t_ref_fkey NOT ENFORCED
rename-constraint: ALTER TABLE t RENAME CONSTRAINT c_proves TO x
domain-add-check: ALTER DOMAIN plain ADD CONSTRAINT x CHECK (VALUE > 0)
domain-add-check-not-valid: ALTER DOMAIN plain ADD CONSTRAINT x CHECK (VALUE > 0) NOT VALID
domain-validate: ALTER DOMAIN later VALIDATE CONSTRAINT checked_later
domain-set-not-null: ALTER DOMAIN plain SET NOT NULL
domain-drop-not-null: ALTER DOMAIN plain DROP NOT NULL
domain-drop-constraint: ALTER DOMAIN later DROP CONSTRAINT checked_later
domain-set-default: ALTER DOMAIN plain SET DEFAULT 1
create-index: CREATE INDEX x ON t (d)
create-index-if-not-exists: CREATE INDEX IF NOT EXISTS t_a ON t (a)
create-index-partial: CREATE INDEX x ON t (d) WHERE a > 0
create-index-expression: CREATE INDEX x ON t (upper(d)) INCLUDE (a)
create-index-gin: CREATE INDEX x ON t USING gin (to_tsvector('simple', d))
create-unique-index: CREATE UNIQUE INDEX x ON t (a)
create-index-partitioned: CREATE INDEX x ON parts (at)
create-index-on-only: CREATE INDEX x ON ONLY parts (at)
attach-index: ALTER INDEX ranges_at ATTACH PARTITION ranges_1_at
create-index-on-matview: CREATE INDEX x ON m (id)
drop-index: DROP INDEX t_a
drop-index-of-partitioned: DROP INDEX ranges_at
drop-index-behind-constraint: DROP INDEX t_u_key
rename-index: ALTER INDEX t_a RENAME TO x
reindex-index: REINDEX INDEX t_a
reindex-table: REINDEX TABLE t
create-table: CREATE TABLE x (id int)
create-table-with-fk: CREATE TABLE x (id int REFERENCES parent (id))
create-table-like: CREATE TABLE x (LIKE t INCLUDING ALL)
create-table-inherits: CREATE TABLE x () INHERITS (keyless)
create-table-as: CREATE TABLE x AS SELECT id FROM parent
create-temporary-table: CREATE TEMPORARY TABLE x (id int)
select-into: SELECT id INTO x FROM parent
create-table-partition-of: CREATE TABLE x PARTITION OF parts FOR VALUES FROM (600) TO (700)
create-table-partition-of-without-default: CREATE TABLE x PARTITION OF ranges FOR VALUES FROM (600) TO (700)
attach-partition: ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (200) TO (300)
attach-partition-proven: ALTER TABLE parts ATTACH PARTITION parts_3 FOR VALUES FROM (300) TO (400)
detach-partition: ALTER TABLE parts DETACH PARTITION parts_1
detach-partition-without-default: ALTER TABLE ranges DETACH PARTITION ranges_1
inherit: ALTER TABLE keyless INHERIT other.o
alter-table-of-type: ALTER TABLE uses_pair NOT OF
drop-table: DROP TABLE keyless
drop-table-with-fk: DROP TABLE t
drop-table-referenced: DROP TABLE parent
drop-table-cascade: DROP TABLE parent CASCADE
drop-table-partitioned: DROP TABLE parts
drop-partition: DROP TABLE parts_1
drop-schema: DROP SCHEMA other
drop-schema-cascade: DROP SCHEMA other CASCADE
drop-schema-empty: DROP SCHEMA vacant
schema-owner: ALTER SCHEMA other OWNER TO another
drop-owned: DROP OWNED BY another
truncate: TRUNCATE t
truncate-referenced: TRUNCATE parent
truncate-cascade: TRUNCATE parent CASCADE
truncate-partitioned: TRUNCATE parts
rename-table: ALTER TABLE t RENAME TO x
set-schema: ALTER TABLE t SET SCHEMA other
rename-view: ALTER VIEW v RENAME TO x
rename-materialized-view: ALTER MATERIALIZED VIEW m RENAME TO x
rename-type: ALTER TYPE mood RENAME TO x
rename-schema: ALTER SCHEMA other RENAME TO x
owner-to: ALTER TABLE t OWNER TO another
set-unlogged: ALTER TABLE keyless SET UNLOGGED
set-logged: ALTER TABLE unlogged SET LOGGED
set-tablespace-same: ALTER TABLE t SET TABLESPACE pg_default
set-access-method-same: ALTER TABLE t SET ACCESS METHOD heap
cluster: CLUSTER t USING t_a
refresh-matview: REFRESH MATERIALIZED VIEW m
refresh-matview-concurrently: REFRESH MATERIALIZED VIEW CONCURRENTLY m
create-trigger: CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION on_row()
create-trigger-on-partitioned: CREATE TRIGGER x BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION on_row()
replace-trigger: CREATE OR REPLACE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION on_row()
create-constraint-trigger: CREATE CONSTRAINT TRIGGER x AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION on_row()
drop-trigger: DROP TRIGGER trg ON t
rename-trigger: ALTER TRIGGER trg ON t RENAME TO x
disable-trigger: ALTER TABLE t DISABLE TRIGGER trg
disable-trigger-all: ALTER TABLE t DISABLE TRIGGER ALL
enable-trigger: ALTER TABLE t ENABLE TRIGGER trg
enable-trigger-all: ALTER TABLE t ENABLE TRIGGER ALL
enable-trigger-always: ALTER TABLE t ENABLE ALWAYS TRIGGER trg
disable-trigger-user: ALTER TABLE t DISABLE TRIGGER USER
enable-trigger-user: ALTER TABLE t ENABLE TRIGGER USER
create-policy: CREATE POLICY x ON t USING (true)
alter-policy: ALTER POLICY pol ON keyless USING (false)
drop-policy: DROP POLICY pol ON keyless
enable-rls: ALTER TABLE t ENABLE ROW LEVEL SECURITY
force-rls: ALTER TABLE t FORCE ROW LEVEL SECURITY
no-force-rls: ALTER TABLE t NO FORCE ROW LEVEL SECURITY
disable-rls: ALTER TABLE t DISABLE ROW LEVEL SECURITY
create-view: CREATE VIEW x AS SELECT id FROM t
replace-view: CREATE OR REPLACE VIEW v AS SELECT id FROM parent
drop-view: DROP VIEW v
create-materialized-view: CREATE MATERIALIZED VIEW x AS SELECT id FROM t
drop-materialized-view: DROP MATERIALIZED VIEW m
create-rule: CREATE RULE x AS ON INSERT TO t DO ALSO NOTHING
drop-rule: DROP RULE quiet ON unlogged
enum-add-value: ALTER TYPE mood ADD VALUE 'bad'
enum-rename-value: ALTER TYPE mood RENAME VALUE 'good' TO 'fine'
create-type: CREATE TYPE x AS ENUM ('a')
create-composite-type: CREATE TYPE x AS (a int)
create-range-type: CREATE TYPE x AS RANGE (subtype = int4)
drop-type: DROP TYPE unused
drop-domain: DROP DOMAIN unused_domain
type-owner: ALTER TYPE unused OWNER TO another
type-add-attribute: ALTER TYPE pair ADD ATTRIBUTE c int CASCADE
create-domain: CREATE DOMAIN x AS int CHECK (VALUE > 0)
create-sequence: CREATE SEQUENCE x
alter-sequence: ALTER SEQUENCE s INCREMENT 2
alter-sequence-restart: ALTER SEQUENCE s RESTART WITH 100
alter-sequence-owned: ALTER SEQUENCE s OWNED BY t.a
setval: SELECT setval('s', 100)
drop-sequence: DROP SEQUENCE s
create-publication: CREATE PUBLICATION x FOR TABLE t
create-publication-all: CREATE PUBLICATION x FOR ALL TABLES
alter-publication: ALTER PUBLICATION pub ADD TABLE t
drop-publication: DROP PUBLICATION pub
create-statistics: CREATE STATISTICS x ON a, c FROM t
drop-statistics: DROP STATISTICS stats
analyze: ANALYZE t
grant: GRANT SELECT ON t TO PUBLIC
grant-on-schema: GRANT USAGE ON SCHEMA other TO another
grant-on-sequence: GRANT USAGE ON SEQUENCE s TO another
grant-on-function: GRANT EXECUTE ON FUNCTION wild() TO another
grant-role: GRANT pg_monitor TO another
revoke: REVOKE SELECT ON t FROM another
grant-all-in-schema: GRANT SELECT ON ALL TABLES IN SCHEMA other TO another
default-privileges: ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO another
create-function: CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'
replace-function: CREATE OR REPLACE FUNCTION wild() RETURNS int LANGUAGE sql AS 'SELECT 2'
drop-function: DROP FUNCTION wild()
alter-function: ALTER FUNCTION wild() STRICT
function-owner: ALTER FUNCTION wild() OWNER TO another
create-schema: CREATE SCHEMA x
create-role: CREATE ROLE x
alter-role: ALTER ROLE another NOLOGIN
alter-role-set: ALTER ROLE another SET work_mem = '8MB'
create-extension: CREATE EXTENSION IF NOT EXISTS plpgsql
create-aggregate: CREATE AGGREGATE x (int) (SFUNC = int4pl, STYPE = int)
create-operator: CREATE OPERATOR ==== (LEFTARG = int, RIGHTARG = int, PROCEDURE = int4eq)
create-collation: CREATE COLLATION x FROM "C"
create-shell-type: CREATE TYPE x
create-text-search-configuration: CREATE TEXT SEARCH CONFIGURATION x (PARSER = "default")
create-text-search-dictionary: CREATE TEXT SEARCH DICTIONARY x (TEMPLATE = simple)
create-cast: CREATE CAST (mood AS pair) WITH INOUT
drop-aggregate: DROP AGGREGATE total (int)
drop-operator: DROP OPERATOR === (int, int)
drop-collation: DROP COLLATION plain_order
drop-cast: DROP CAST (pair AS text)
drop-text-search-configuration: DROP TEXT SEARCH CONFIGURATION words
drop-role: DROP ROLE unneeded
rename-function: ALTER FUNCTION wild() RENAME TO x
rename-collation: ALTER COLLATION plain_order RENAME TO x
rename-domain: ALTER DOMAIN plain RENAME TO x
rename-domain-constraint: ALTER DOMAIN later RENAME CONSTRAINT checked_later TO x
rename-sequence: ALTER SEQUENCE s RENAME TO x
rename-view-column: ALTER VIEW v RENAME id TO x
rename-policy: ALTER POLICY pol ON keyless RENAME TO x
rename-rule: ALTER RULE quiet ON unlogged RENAME TO x
rename-role: ALTER ROLE unneeded RENAME TO x
rename-statistics: ALTER STATISTICS stats RENAME TO x
rename-publication: ALTER PUBLICATION pub RENAME TO x
domain-owner: ALTER DOMAIN plain OWNER TO another
collation-owner: ALTER COLLATION plain_order OWNER TO another
statistics-owner: ALTER STATISTICS stats OWNER TO another
publication-owner: ALTER PUBLICATION pub OWNER TO CURRENT_USER
sequence-owner: ALTER SEQUENCE s OWNER TO another
view-owner: ALTER VIEW v OWNER TO another
view-parameter: ALTER VIEW v SET (security_barrier = true)
view-column-default: ALTER VIEW v ALTER id SET DEFAULT 1
function-set-schema: ALTER FUNCTION wild() SET SCHEMA other
type-set-schema: ALTER TYPE unused SET SCHEMA other
domain-set-schema: ALTER DOMAIN plain SET SCHEMA other
sequence-set-schema: ALTER SEQUENCE s SET SCHEMA other
view-set-schema: ALTER VIEW v SET SCHEMA other
materialized-view-set-schema: ALTER MATERIALIZED VIEW m SET SCHEMA other
comment-on-domain: COMMENT ON DOMAIN plain IS 'x'
comment-on-domain-constraint: COMMENT ON CONSTRAINT checked_later ON DOMAIN later IS 'x'
comment-on-trigger: COMMENT ON TRIGGER trg ON t IS 'x'
comment-on-policy: COMMENT ON POLICY pol ON keyless IS 'x'
comment-on-rule: COMMENT ON RULE quiet ON unlogged IS 'x'
comment-on-role: COMMENT ON ROLE another IS 'x'
comment-on-materialized-view: COMMENT ON MATERIALIZED VIEW m IS 'x'
comment-on-collation: COMMENT ON COLLATION plain_order IS 'x'
comment-on-statistics: COMMENT ON STATISTICS stats IS 'x'
comment-on-publication: COMMENT ON PUBLICATION pub IS 'x'
comment-on-extension: COMMENT ON EXTENSION plpgsql IS 'x'
comment-on-database: COMMENT ON DATABASE fixture IS 'x'
grant-on-database: GRANT CONNECT ON DATABASE fixture TO another
grant-on-type: GRANT USAGE ON TYPE mood TO another
grant-on-language: GRANT USAGE ON LANGUAGE plpgsql TO another
lock-table: LOCK TABLE t
lock-table-share: LOCK TABLE t IN SHARE MODE
lock-table-share-row-exclusive: LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE
lock-table-row-exclusive: LOCK TABLE t IN ROW EXCLUSIVE MODE
lock-table-exclusive: LOCK TABLE t IN EXCLUSIVE MODE
lock-table-share-update-exclusive: LOCK TABLE t IN SHARE UPDATE EXCLUSIVE MODE
lock-table-row-share: LOCK TABLE t IN ROW SHARE MODE
lock-table-access-share: LOCK TABLE t IN ACCESS SHARE MODE
lock-table-partitioned: LOCK TABLE parts IN EXCLUSIVE MODE
select: SELECT * FROM parent
select-for-update: SELECT id FROM t FOR UPDATE
update: UPDATE t SET d = 'x'
update-of-key: UPDATE t SET ref = 2 WHERE id = 1
update-partitioned: UPDATE parts SET at = 2
delete: DELETE FROM keyless
delete-partitioned: DELETE FROM parts
delete-referenced: DELETE FROM parent WHERE id = 9
insert: INSERT INTO t (id, a, c, nn) VALUES (100, 1, 100, 100)
insert-partitioned: INSERT INTO parts VALUES (2, 1)
insert-referencing: INSERT INTO t (id, a, c, nn, ref) VALUES (100, 1, 100, 100, 1)
insert-select: INSERT INTO keyless SELECT id + 100, id + 100, id + 100 FROM t
insert-on-conflict: INSERT INTO parent VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET a = 2
merge: MERGE INTO keyless k USING parent p ON k.a = p.id WHEN MATCHED THEN UPDATE SET n = p.a
merge-not-matched-by-source: MERGE INTO keyless k USING parent p ON k.a = p.id WHEN NOT MATCHED BY SOURCE THEN DELETE
copy-to: COPY t TO '/dev/null'
copy-from: COPY keyless FROM '/dev/null'
do-block: DO $$ BEGIN ALTER TABLE t ADD COLUMN x int; UPDATE t SET x = 1; END $$
ddl-then-update: ALTER TABLE t ADD COLUMN x int; UPDATE t SET x = 1
