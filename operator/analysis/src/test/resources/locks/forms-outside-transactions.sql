create-index-concurrently: CREATE INDEX CONCURRENTLY x ON t (d)
create-unique-index-concurrently: CREATE UNIQUE INDEX CONCURRENTLY x ON t (d, id)
create-index-concurrently-partitioned: CREATE INDEX CONCURRENTLY x ON parts (at)
drop-index-concurrently: DROP INDEX CONCURRENTLY t_a
reindex-index-concurrently: REINDEX INDEX CONCURRENTLY t_a
reindex-table-concurrently: REINDEX TABLE CONCURRENTLY t
detach-partition-concurrently: ALTER TABLE ranges DETACH PARTITION ranges_1 CONCURRENTLY
detach-partition-concurrently-with-default: ALTER TABLE parts DETACH PARTITION parts_1 CONCURRENTLY
vacuum: VACUUM t
vacuum-full: VACUUM FULL t
