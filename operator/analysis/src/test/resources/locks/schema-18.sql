-- Beside schema.sql, what only PostgreSQL 18 and later know.
ALTER TABLE t ADD CONSTRAINT lt_later NOT NULL lt NOT VALID;
