package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefinitionsTest {

  private static final Trees TREES = new Trees(new PgQuery(1));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY s.i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "VACUUM (FULL) t",
        "ANALYZE t",
        "/* DROP TABLE */ drop -- x\n index i",
      })
  void someChangeIndexesOnly(String sql) throws UnreadableSql {
    assertThat(Definitions.indexesOnly(TREES, statement(sql))).isTrue();
    assertThat(Definitions.only(TREES, statement(sql))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (a int)",
        "CREATE SCHEMA s CREATE TABLE t (a int)",
        "CREATE TABLE t AS SELECT lower(name) FROM u",
        "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'",
        "CREATE RULE r AS ON DELETE TO t DO ALSO DELETE FROM u",
        "CREATE TYPE mood AS ENUM ('a')",
        "CREATE TYPE pair AS (a int)",
        "CREATE AGGREGATE total (int) (sfunc = int4pl, stype = int)",
        "CREATE VIEW v AS SELECT 1",
        "ALTER TYPE mood ADD VALUE 'b'",
        "ALTER TABLE t ADD a int, DROP b",
        "ALTER SEQUENCE s INCREMENT 2",
        "ALTER TABLE t RENAME a TO b",
        "DROP TABLE t",
        "COMMENT ON TABLE t IS 'x'",
        "GRANT SELECT ON t TO r",
        "REVOKE r FROM s",
      })
  void whatChangesDefinitionsShowsInTheCatalog(String sql) throws UnreadableSql {
    assertThat(Definitions.only(TREES, statement(sql))).isTrue();
    assertThat(Definitions.indexesOnly(TREES, statement(sql))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1)",
        "TRUNCATE t",
        "REFRESH MATERIALIZED VIEW v",
        "ALTER SEQUENCE s RESTART",
        "ALTER TABLE t ALTER id RESTART WITH 7",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "CREATE TABLE t AS SELECT cleanup()",
        "CREATE EXTENSION x",
        "DO $$ BEGIN DROP INDEX i; END $$",
        "SELECT 1",
        "CREATE INDEX FROBNICATE",
      })
  void theRestMayLeaveWhatTheCatalogDoesNotTellOf(String sql) throws UnreadableSql {
    assertThat(Definitions.only(TREES, statement(sql))).isFalse();
    assertThat(Definitions.indexesOnly(TREES, statement(sql))).isFalse();
  }

  private static Statement statement(String sql) throws UnreadableSql {
    return Tokenizer.statements(sql).getFirst();
  }
}
