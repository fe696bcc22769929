add-column-nullable: ALTER TABLE t ADD COLUMN x text
add-column-constant-default: ALTER TABLE t ADD COLUMN x text NOT NULL DEFAULT 'x'
add-column-now-default: ALTER TABLE t ADD COLUMN x timestamptz DEFAULT now()
add-column-volatile-default: ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid()
add-column-serial: ALTER TABLE t ADD COLUMN x bigserial
add-column-identity: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS IDENTITY
add-column-generated-stored: ALTER TABLE t ADD COLUMN x int GENERATED ALWAYS AS (a + 1) STORED
add-column-inline-check: ALTER TABLE t ADD COLUMN x int CHECK (x > 0)
add-column-inline-fk: ALTER TABLE t ADD COLUMN x int REFERENCES parent (id)
add-column-inline-unique: ALTER TABLE t ADD COLUMN x int UNIQUE
add-column-constrained-domain: ALTER TABLE t ADD COLUMN x positive DEFAULT 1
add-column-plain-domain: ALTER TABLE t ADD COLUMN x plain DEFAULT 1
drop-column: ALTER TABLE t DROP COLUMN d
drop-column-with-index: ALTER TABLE t DROP COLUMN c
drop-column-with-fk: ALTER TABLE t DROP COLUMN ref
rename-column: ALTER TABLE t RENAME COLUMN d TO dd
type-int-to-bigint: ALTER TABLE t ALTER nn TYPE bigint
type-varchar-grows: ALTER TABLE t ALTER b TYPE varchar(80)
type-varchar-to-text: ALTER TABLE t ALTER b TYPE text
type-varchar-narrows: ALTER TABLE t ALTER b TYPE varchar(20)
type-text-to-varchar: ALTER TABLE t ALTER d TYPE varchar
type-numeric-precision-grows: ALTER TABLE t ALTER e TYPE numeric(12, 2)
type-numeric-scale-changes: ALTER TABLE t ALTER e TYPE numeric(12, 4)
type-json-to-jsonb: ALTER TABLE t ALTER j TYPE jsonb
type-timestamp-to-timestamptz-in-utc: SET LOCAL TimeZone = 'UTC'; ALTER TABLE t ALTER f TYPE timestamptz
type-timestamp-to-timestamptz-elsewhere: SET LOCAL TimeZone = 'Europe/Berlin'; ALTER TABLE t ALTER f TYPE timestamptz
type-collation: ALTER TABLE t ALTER d TYPE text COLLATE "C"
set-not-null: ALTER TABLE t ALTER a SET NOT NULL
set-not-null-proven: ALTER TABLE t ALTER c SET NOT NULL
set-not-null-and-drop-proof: ALTER TABLE t ALTER c SET NOT NULL, DROP CONSTRAINT c_proves
drop-not-null: ALTER TABLE t ALTER nn DROP NOT NULL
set-default: ALTER TABLE t ALTER a SET DEFAULT 5
set-statistics: ALTER TABLE t ALTER a SET STATISTICS 500
set-storage: ALTER TABLE t ALTER d SET STORAGE external
set-reloptions: ALTER TABLE t SET (fillfactor = 80)
comment: COMMENT ON TABLE t IS 'x'
add-check: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0)
add-check-not-valid: ALTER TABLE t ADD CONSTRAINT x CHECK (a > 0) NOT VALID
validate-check: ALTER TABLE t VALIDATE CONSTRAINT a_later
validate-check-with-another: ALTER TABLE t VALIDATE CONSTRAINT a_later, ADD COLUMN x int
validate-fk: ALTER TABLE t VALIDATE CONSTRAINT fk_later
add-fk: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES parent (id)
add-fk-not-valid: ALTER TABLE t ADD FOREIGN KEY (c) REFERENCES parent (id) NOT VALID
drop-fk: ALTER TABLE t DROP CONSTRAINT t_ref_fkey
add-unique: ALTER TABLE t ADD UNIQUE (a)
add-unique-using-index: ALTER TABLE t ADD UNIQUE USING INDEX t_c
add-pk: ALTER TABLE keyless ADD PRIMARY KEY (a)
add-pk-using-index: ALTER TABLE keyless ADD PRIMARY KEY USING INDEX keyless_n
add-exclusion: ALTER TABLE t ADD EXCLUDE USING btree (a WITH =)
drop-check: ALTER TABLE t DROP CONSTRAINT c_proves
alter-constraint: ALTER TABLE t ALTER CONSTRAINT t_ref_fkey DEFERRABLE
rename-constraint: ALTER TABLE t RENAME CONSTRAINT c_proves TO x
domain-add-check: ALTER DOMAIN plain ADD CONSTRAINT x CHECK (VALUE > 0)
domain-add-check-not-valid: ALTER DOMAIN plain ADD CONSTRAINT x CHECK (VALUE > 0) NOT VALID
create-index: CREATE INDEX x ON t (d)
create-index-partitioned: CREATE INDEX x ON parts (at)
create-index-on-only: CREATE INDEX x ON ONLY parts (at)
drop-index: DROP INDEX t_a
rename-index: ALTER INDEX t_a RENAME TO x
reindex-index: REINDEX INDEX t_a
reindex-table: REINDEX TABLE t
create-table: CREATE TABLE x (id int)
create-table-with-fk: CREATE TABLE x (id int REFERENCES parent (id))
create-table-partition-of: CREATE TABLE x PARTITION OF parts FOR VALUES FROM (600) TO (700)
attach-partition: ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (200) TO (300)
attach-partition-proven: ALTER TABLE parts ATTACH PARTITION parts_3 FOR VALUES FROM (300) TO (400)
detach-partition: ALTER TABLE parts DETACH PARTITION parts_1
drop-table: DROP TABLE keyless
drop-table-with-fk: DROP TABLE t
truncate: TRUNCATE t
truncate-cascade: TRUNCATE parent CASCADE
rename-table: ALTER TABLE t RENAME TO x
owner-to: ALTER TABLE t OWNER TO CURRENT_USER
set-unlogged: ALTER TABLE keyless SET UNLOGGED
cluster: CLUSTER t USING t_a
refresh-matview: REFRESH MATERIALIZED VIEW m
refresh-matview-concurrently: REFRESH MATERIALIZED VIEW CONCURRENTLY m
create-trigger: CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION on_row()
drop-trigger: DROP TRIGGER trg ON t
disable-trigger: ALTER TABLE t DISABLE TRIGGER trg
create-policy: CREATE POLICY x ON t USING (true)
enable-rls: ALTER TABLE t ENABLE ROW LEVEL SECURITY
create-view: CREATE VIEW x AS SELECT id FROM t
replace-view: CREATE OR REPLACE VIEW v AS SELECT id FROM parent
enum-add-value: ALTER TYPE mood ADD VALUE 'bad'
alter-sequence: ALTER SEQUENCE s INCREMENT 2
create-statistics: CREATE STATISTICS x ON a, c FROM t
analyze: ANALYZE t
grant: GRANT SELECT ON t TO PUBLIC
lock-table: LOCK TABLE t
update: UPDATE t SET d = 'x'
delete: DELETE FROM keyless
insert: INSERT INTO t (id, a, c, nn) VALUES (100, 1, 100, 100)
