package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RiskAssessmentTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE t (id bigint PRIMARY KEY, a text NOT NULL DEFAULT '')",
        "CREATE UNLOGGED TABLE IF NOT EXISTS t (id bigint)",
        "ALTER TABLE t ADD COLUMN a text",
        "ALTER TABLE IF EXISTS ONLY s.t ADD a numeric(10, 2)",
        "ALTER TABLE t ADD COLUMN a text DEFAULT 'x', ADD COLUMN b int DEFAULT 0",
        "ALTER TABLE t ADD COLUMN a int DEFAULT -1, ADD b text DEFAULT 'x'::text",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "CREATE SCHEMA s",
        "CREATE SEQUENCE s",
        "CREATE TYPE e AS ENUM ('a', 'b')",
        "CREATE VIEW v AS SELECT 1",
        "COMMENT ON TABLE t IS 'DROP TABLE t'",
        "REINDEX INDEX CONCURRENTLY i",
        "VACUUM t",
        "SELECT 1",
        // What the same plan creates is empty.
        "CREATE TABLE t (id int); CREATE INDEX i ON t (id); INSERT INTO t VALUES (1)",
        "CREATE TABLE s.t (id int); ALTER TABLE s.t ADD CONSTRAINT p PRIMARY KEY (id)",
      })
  void low(String sql) {
    assertThat(risk(sql)).isEqualTo(Risk.LOW);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (a)",
        "CREATE UNIQUE INDEX i ON ONLY t (a)",
        "CREATE TABLE IF NOT EXISTS t (id int); CREATE INDEX i ON t (id)",
        "ALTER TABLE t ADD COLUMN a text NOT NULL",
        "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE t ADD COLUMN a text DEFAULT 'x' || f()",
        "ALTER TABLE t ADD COLUMN a bigserial",
        "ALTER TABLE t ADD COLUMN a bigint REFERENCES u (id)",
        "ALTER TABLE t ALTER COLUMN a TYPE bigint",
        "ALTER TABLE t ALTER a SET NOT NULL",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
        "ALTER TABLE t RENAME COLUMN a TO b",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "DROP INDEX i",
        "DROP VIEW v",
        "INSERT INTO t VALUES (1)",
        "DO $$ BEGIN PERFORM 1; END $$",
        "SELECT setval('s', 1)",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f()",
        "GRANT SELECT ON t TO r",
        "SET search_path = s",
        "REINDEX INDEX i",
        "CREATE TABLE t AS SELECT * FROM u",
        "SOMETHING NEW OF POSTGRESQL 25",
      })
  void medium(String sql) {
    assertThat(risk(sql)).isEqualTo(Risk.MEDIUM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE t",
        "DROP TABLE IF EXISTS t, u CASCADE",
        "DROP SCHEMA s CASCADE",
        "DROP VIEW v CASCADE",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t DROP a",
        "ALTER TABLE t ADD COLUMN a text, DROP COLUMN b",
        "TRUNCATE t",
        "DELETE FROM t",
        "UPDATE t SET a = 1",
        "INSERT INTO t SELECT * FROM u",
        "INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2",
        "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE",
        "DO $$ BEGIN DELETE FROM t; END $$",
        "SET lock_timeout = 0",
        "SET LOCAL lock_timeout TO '10min'",
        "SET session_replication_role = replica",
        "SELECT set_config('lock_timeout', '0', false)",
        "RESET ALL",
        "ALTER SYSTEM SET fsync = off",
        "COMMIT",
        "BEGIN",
        "COPY t FROM PROGRAM 'cat /etc/passwd'",
      })
  void high(String sql) {
    assertThat(risk(sql)).isEqualTo(Risk.HIGH);
  }

  @Test
  void droppingADatabaseIsUnsafe() {
    assertThat(risk("DROP DATABASE IF EXISTS d")).isEqualTo(Risk.UNSAFE);
  }

  @Test
  void theWorstScriptDecidesAndEveryFindingNamesItsLine() throws UnreadableSql {
    RiskAssessment assessment =
        RiskAssessment.of(
            List.of(
                script("V1__a.sql", "CREATE TABLE t (id int);\n"),
                script("V2__b.sql", "ALTER TABLE t ADD COLUMN a text;\n\nDROP TABLE u;\n")));

    assertThat(assessment.risk()).isEqualTo(Risk.HIGH);
    assertThat(assessment.byScript())
        .containsEntry("V1__a.sql", Risk.LOW)
        .containsEntry("V2__b.sql", Risk.HIGH);
    assertThat(assessment.findings())
        .containsExactly(
            new Finding("DropTable", "High", "DROP TABLE removes data for good", "V2__b.sql", 3));
  }

  private static Risk risk(String sql) {
    try {
      return RiskAssessment.of(List.of(script("V1__a.sql", sql))).risk();
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }

  private static RiskAssessment.Script script(String name, String sql) throws UnreadableSql {
    return new RiskAssessment.Script(name, Tokenizer.statements(sql));
  }
}
