package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.WayBack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReversibilityTest {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final Reversibility REVERSIBILITY = new Reversibility(new Trees(PARSER));

  /** Discards nothing in either direction. */
  private static final String HARMLESS = "COMMENT ON TABLE users IS 'x'";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what is altered and altered back
          ALTER TABLE t ALTER a DROP NOT NULL     | ALTER TABLE t ALTER a SET NOT NULL      | Reversible
          ALTER TABLE t ALTER a SET NOT NULL      | ALTER TABLE t ALTER a DROP NOT NULL     | Reversible
          ALTER TABLE t RENAME a TO b             | ALTER TABLE t RENAME b TO a             | Reversible
          ALTER TABLE t ALTER a TYPE bigint       | ALTER TABLE t ALTER a TYPE int          | WithLoss
          ALTER TABLE t ALTER a TYPE text         | COMMENT ON COLUMN t.a IS 'was varchar'  | WithLoss
          # what the revision discards does not come back with the schema
          ALTER TABLE t DROP COLUMN a             | ALTER TABLE t ADD COLUMN a text         | WithLoss
          ALTER TABLE t DROP a                    | ALTER TABLE t ADD a text                | WithLoss
          DROP TABLE t                            | CREATE TABLE t (id bigint)              | WithLoss
          DROP SEQUENCE s                         | CREATE SEQUENCE s                       | WithLoss
          UPDATE t SET a = 'x'                    | ALTER TABLE t ALTER a DROP NOT NULL     | WithLoss
          # what holds nothing of its own is all there again
          DROP INDEX i                            | CREATE INDEX i ON t (a)                 | Reversible
          DROP VIEW v                             | CREATE VIEW v AS SELECT 1               | Reversible
          ALTER TABLE t DROP CONSTRAINT c         | ALTER TABLE t ADD CONSTRAINT c UNIQUE (a) | Reversible
          DROP VIEW v CASCADE                     | CREATE VIEW v AS SELECT 1               | WithLoss
          # what the way back drops takes along what was written since
          ALTER TABLE t ADD COLUMN a text         | ALTER TABLE t DROP COLUMN a             | WithLoss
          CREATE TABLE t (id bigint)              | DROP TABLE t                            | WithLoss
          UPDATE t SET a = 'x'                    | UPDATE t SET a = 'y'                    | WithLoss
          # and so that it may run by itself, it drops nothing at all
          CREATE INDEX i ON t (a)                 | DROP INDEX i                            | WithLoss
          ALTER TABLE t ADD CONSTRAINT c UNIQUE (a) | ALTER TABLE t DROP CONSTRAINT c       | WithLoss
          # what reads undoes nothing
          ALTER TABLE t ADD COLUMN a text         | SELECT 1                                | None
          DROP VIEW v                             | SELECT count(*) FROM t                  | None
          SELECT 1                                | SELECT 2                                | Reversible
          # code that is not shown, on either side
          DO $$ BEGIN END $$                      | COMMENT ON TABLE t IS 'x'               | Unknown
          ALTER TABLE t ALTER a DROP NOT NULL     | SELECT restore_names()                  | Unknown
          DO $$ BEGIN END $$                      | DROP TABLE t                            | WithLoss
          # what a block shows counts
          DO $$ BEGIN DROP TABLE t; END $$        | CREATE TABLE t (id bigint)              | WithLoss
          DO $$ BEGIN EXECUTE 'DROP TABLE t'; END $$ | CREATE TABLE t (id bigint)           | WithLoss
          DO $$ BEGIN EXECUTE f('t'); END $$      | CREATE TABLE t (id bigint)              | Unknown
          # words that are names, or belong to what is added
          ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u ON DELETE CASCADE | COMMENT ON TABLE t IS 'x' | Reversible
          ALTER TABLE t ADD expression text       | COMMENT ON TABLE t IS 'x'               | Reversible
          ALTER TABLE t RENAME restart TO cascade | ALTER TABLE t RENAME cascade TO restart | Reversible
          SELECT a FROM t FOR UPDATE              | COMMENT ON TABLE t IS 'x'               | Reversible
          REVOKE SELECT ON t FROM r CASCADE       | GRANT SELECT ON t TO r                  | WithLoss
          ALTER TABLE t ADD a int, DROP b         | COMMENT ON TABLE t IS 'x'               | WithLoss
          ALTER TABLE t ADD a int DEFAULT f()     | COMMENT ON TABLE t IS 'x'               | Unknown
          # what PostgreSQL's parser refuses may do anything
          ALTER TABLE t FROBNICATE a              | COMMENT ON TABLE t IS 'x'               | Unknown
          COMMENT ON TABLE t IS 'x'               | CREATE FROB f                           | Unknown
          DROP TABLE t                            | CREATE FROB f                           | WithLoss
          """)
  void bothDirectionsDecide(String revision, String back, String grade) throws UnreadableSql {
    assertThat(grade(revision, back)).isEqualTo(grade);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE users ALTER name DROP DEFAULT, ALTER email DROP NOT NULL",
        "ALTER TABLE users ADD COLUMN \"drop\" text",
        "ALTER TABLE users ADD COLUMN type text",
        "ALTER TYPE mood RENAME TO feeling",
        "CREATE INDEX by_name ON users (name)",
        "CREATE TABLE t (id uuid DEFAULT gen_random_uuid())",
        "COMMENT ON TABLE users IS 'DROP TABLE users'",
        "GRANT SELECT ON users TO reader",
        "SELECT 1",
        "(SELECT count(*) FROM users WHERE id IN (1, 2))",
        "TABLE users",
        "CREATE TABLE kept AS SELECT lower(name) FROM users",
        "CREATE FUNCTION f() RETURNS TABLE (a int) BEGIN ATOMIC WITH w AS (SELECT 1) TABLE w; END",
        "ALTER TABLE users ADD FOREIGN KEY (a) REFERENCES t ON UPDATE SET DEFAULT",
        "ALTER TABLE \"we ird\".\"T\" ADD COLUMN \"drop\" int, ALTER b DROP NOT NULL",
        "ALTER /* DROP */ TABLE users -- TYPE\n ADD COLUMN a int",
        "ALTER MATERIALIZED VIEW totals RENAME TO sums",
        "ALTER TABLE users SET SCHEMA s",
        "ALTER FUNCTION f() OWNER TO app",
        // Where a null was written since, it fails, and undoes nothing.
        "ALTER TABLE users ALTER name SET NOT NULL",
      })
  void aWayBackLikeThisDiscardsNothing(String back) throws UnreadableSql {
    assertThat(grade(HARMLESS, back)).isEqualTo(WayBack.REVERSIBLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE users",
        "DROP INDEX by_name",
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users ALTER name DROP NOT NULL, DROP email",
        "ALTER TABLE users DROP CONSTRAINT positive",
        "ALTER TABLE users ALTER COLUMN age TYPE smallint",
        "ALTER TABLE users ALTER COLUMN type TYPE smallint",
        "ALTER TABLE users ALTER COLUMN age SET DATA TYPE smallint",
        "ALTER TABLE users ALTER COLUMN id DROP IDENTITY",
        "ALTER TYPE pair ALTER ATTRIBUTE a TYPE int",
        "ALTER SEQUENCE ids RESTART WITH 1",
        "ALTER ROLE app PASSWORD 'x'",
        "UPDATE users SET name = ''",
        "INSERT INTO users VALUES (1)",
        "TRUNCATE users",
        "WITH gone AS (DELETE FROM users RETURNING 1) SELECT 1",
        "REFRESH MATERIALIZED VIEW totals",
        "ALTER TABLE users ADD COLUMN a int, DROP COLUMN b",
        "ALTER TABLE users ALTER U&\"\\0061ge\" TYPE smallint",
        "ALTER TABLE users ALTER /* still */ COLUMN age -- DROP NOT NULL\n TYPE smallint",
        "ALTER TABLE users ALTER a SET EXPRESSION AS (b * 2)",
        "ALTER TABLE users ALTER id RESTART",
        "ALTER DOMAIN positive DROP CONSTRAINT above_zero",
        "DO $$ BEGIN IF true THEN ALTER TABLE users DROP COLUMN name; END IF; END $$",
        "COMMENT ON TABLE users IS 'x'; DROP TABLE users",
        "DROP INDEX CONCURRENTLY by_name",
        "REVOKE SELECT ON users FROM reader",
        "ALTER ROLE app RENAME TO web",
      })
  void aWayBackLikeThisIsNotKnownToKeepEverything(String back) throws UnreadableSql {
    assertThat(grade(HARMLESS, back)).isEqualTo(WayBack.WITH_LOSS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DO $$ BEGIN NULL; END $$",
        "CALL cleanup()",
        "SELECT cleanup()",
        "CREATE TABLE kept AS SELECT cleanup()",
        "SET session_replication_role = replica",
        "EXECUTE cleanup",
        "CREATE TABLE kept AS EXECUTE cleanup",
        "ALTER TABLE users ADD COLUMN a int DEFAULT cleanup()",
        "SET CONSTRAINTS ALL DEFERRED",
        "DO LANGUAGE plpython3u $$ pass $$",
        "ALTER TABLE users FROBNICATE name",
      })
  void aWayBackLikeThisRunsWhatItDoesNotShow(String back) throws UnreadableSql {
    assertThat(grade(HARMLESS, back)).isEqualTo(WayBack.UNKNOWN);
  }

  @Test
  void aRevisionThatDoesNothingIsUndoneByNothing() throws UnreadableSql {
    assertThat(grade("", "")).isEqualTo(WayBack.REVERSIBLE);
    assertThat(grade(HARMLESS, "")).isEqualTo(WayBack.NONE);
    assertThat(REVERSIBILITY.grade(List.of(), List.of(), false)).isEqualTo(WayBack.NONE);
  }

  @Test
  void whatIsNotShownMayDiscardAnything() throws UnreadableSql {
    List<Statement> shown = Tokenizer.statements(HARMLESS);

    assertThat(REVERSIBILITY.grade(shown, shown, true)).isEqualTo(WayBack.REVERSIBLE);
    assertThat(REVERSIBILITY.grade(shown, shown, false)).isEqualTo(WayBack.UNKNOWN);
  }

  /** A plan must not call the same revision lost in a finding and reversible in its way back. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE t",
        "DROP SCHEMA s CASCADE",
        "DROP VIEW v CASCADE",
        "ALTER TABLE t DROP COLUMN a",
        "TRUNCATE t",
        "UPDATE t SET a = 'x'",
        "DELETE FROM t",
        "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE",
        "INSERT INTO t SELECT * FROM u ON CONFLICT (id) DO UPDATE SET a = 1",
        "WITH gone AS (DELETE FROM t RETURNING 1) SELECT 1",
      })
  void whatAFindingCallsHighIsNeverReversible(String revision) throws UnreadableSql {
    RiskAssessment assessed = RiskAssessment.of(PARSER, List.of(Scripts.of("V1.sql", revision)));

    assertThat(assessed.findings()).extracting(Finding::risk).containsOnly("High");
    assertThat(assessed.findings())
        .extracting(Finding::message)
        .noneMatch(m -> m.contains("no way back"));
    assertThat(grade(revision, HARMLESS)).isEqualTo(WayBack.WITH_LOSS);
  }

  private static String grade(String revision, String back) throws UnreadableSql {
    return REVERSIBILITY.grade(Tokenizer.statements(revision), Tokenizer.statements(back), true);
  }
}
