-- What the statements of forms.sql are traced on. Small, but not empty: an empty table hides scans.
CREATE TABLE parent (id int PRIMARY KEY, a int);
CREATE TABLE t (
  id int PRIMARY KEY, a int, b varchar(50), c int, d text, e numeric(10, 2), f timestamp, j json,
  ref int REFERENCES parent (id), nn int NOT NULL, g int GENERATED ALWAYS AS (a * 2) STORED);
CREATE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_c ON t (c);
CREATE UNIQUE INDEX t_nn ON t (nn);
ALTER TABLE t ADD CONSTRAINT c_proves CHECK (c IS NOT NULL);
ALTER TABLE t ADD CONSTRAINT a_later CHECK (a > 0) NOT VALID;
ALTER TABLE t ADD CONSTRAINT fk_later FOREIGN KEY (a) REFERENCES parent (id) NOT VALID;
INSERT INTO parent SELECT i, i FROM generate_series(1, 10) i;
INSERT INTO t SELECT i, i, 'b', i, 'd', 1, now(), '{}', 1, i FROM generate_series(1, 10) i;
CREATE TABLE keyless (a int, n int);
CREATE UNIQUE INDEX keyless_n ON keyless (n);
INSERT INTO keyless SELECT i, i FROM generate_series(1, 10) i;
CREATE TABLE parts (id int, at int) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_d PARTITION OF parts DEFAULT;
CREATE TABLE parts_2 (id int, at int);
CREATE TABLE parts_3 (id int NOT NULL CHECK (id >= 300 AND id < 400), at int);
INSERT INTO parts VALUES (1, 1), (500, 1);
INSERT INTO parts_2 VALUES (200, 1);
INSERT INTO parts_3 VALUES (300, 1);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN plain AS int;
CREATE TABLE uses_domain (a plain);
INSERT INTO uses_domain VALUES (1);
CREATE TYPE mood AS ENUM ('good');
CREATE VIEW v AS SELECT id FROM parent;
CREATE MATERIALIZED VIEW m AS SELECT id FROM parent;
CREATE UNIQUE INDEX m_id ON m (id);
CREATE SEQUENCE s;
CREATE FUNCTION on_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION on_row();
