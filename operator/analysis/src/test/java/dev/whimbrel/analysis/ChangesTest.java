package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a plan may have changed, asked about the tables t and s.t, and an index i. */
class ChangesTest {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final QualifiedName T = new QualifiedName("", "t");
  private static final QualifiedName QUALIFIED = new QualifiedName("s", "t");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t",
        "COMMENT ON TABLE t IS 'x'",
        "GRANT SELECT ON t TO app",
        "CREATE INDEX ON t (a)",
        "CREATE VIEW v AS SELECT * FROM t",
        "COPY t TO STDOUT",
        "BEGIN; COMMIT",
        "SAVEPOINT a; ROLLBACK TO a",
        "SET lock_timeout = '1s'",
        "SELECT set_config('lock_timeout', '1s', false)",
        "SELECT pg_catalog.setval('s', (SELECT max(a) FROM t))",
        "DO $$ BEGIN PERFORM setval('s', 1); END $$",
        "DROP OWNED BY app",
        "LOAD 'auto_explain'",
        "DROP SCHEMA other CASCADE",
        "DROP TYPE mood CASCADE",
        "UPDATE other SET a = (SELECT 1 FROM t)",
        "INSERT INTO other SELECT * FROM t",
        "DROP TABLE other; CREATE TABLE other (a int)",
        "ALTER TABLE other RENAME TO third",
        "ALTER TABLE t ADD COLUMN z int, ALTER a SET NOT NULL",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID; ALTER TABLE t VALIDATE CONSTRAINT"
            + " c",
        "CREATE TABLE IF NOT EXISTS t (a int)",
        "ALTER TRIGGER g ON other RENAME TO t",
        "CREATE SCHEMA x CREATE TABLE other (a int)",
        "DO $$ BEGIN UPDATE other SET a = 1; END $$",
        "DO $$ DECLARE x int; BEGIN x := 1; IF x = 2 THEN UPDATE other SET a = x; END IF; END $$",
        "ALTER TYPE mood SET SCHEMA elsewhere",
      })
  void whatLeavesATableAloneChangesNothingOfIt(String sql) {
    Changes changes = after(sql);

    assertThat(changes.keeps(T)).isTrue();
    assertThat(changes.keepsRows(T)).isTrue();
    assertThat(changes.keepsColumn(T, "a")).isTrue();
    assertThat(changes.mayHaveMade(new QualifiedName("", "i"))).isFalse();
    assertThat(changes.mayHaveLost("t")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELEKT 1",
        "CALL p()",
        "PREPARE p AS SELECT 1; EXECUTE p",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$",
        "DO $$ BEGIN PERFORM f(); END $$",
        "DO $$ BEGIN PERFORM other.setval('s', 1); END $$",
        "DO $$ DECLARE x int; BEGIN x := f(); END $$",
        "DO $$ DECLARE x int := f(); BEGIN END $$",
        "DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'DELETE FROM ' || 't' LOOP END LOOP; END"
            + " $$",
        "DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'DELETE FROM ' || 't'; END $$",
        "DO $$ BEGIN this is none; END $$",
        "DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE t') $$",
      })
  void afterWhatIsNotShownNothingIsKnown(String sql) {
    Changes changes = after(sql);

    assertThat(changes.keeps(QUALIFIED)).isFalse();
    assertThat(changes.keepsRows(QUALIFIED)).isFalse();
    assertThat(changes.keepsColumn(QUALIFIED, "a")).isFalse();
    assertThat(changes.mayHaveMade(new QualifiedName("x", "y"))).isTrue();
    assertThat(changes.mayHaveMade(QUALIFIED, "c")).isTrue();
    assertThat(changes.mayHaveLostMore()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = other",
        "SET LOCAL search_path TO other",
        "SET ROLE app",
        "RESET ALL",
        "DISCARD ALL",
        "SELECT set_config('search_path', 'x', false)",
        "SELECT pg_catalog.set_config('search_path', '', false)",
        "SELECT set_config(a, 'x', false) FROM other",
        "ALTER SCHEMA other RENAME TO r",
        "DO $$ BEGIN SET search_path = other; END $$",
      })
  void whereNamesMoveOnlyOneWithItsSchemaKeepsItsMeaning(String sql) {
    assertThat(after(sql).keeps(T)).isFalse();
    assertThat(after(sql).mayHaveMade(T)).isTrue();
    assertThat(after(sql).keeps(QUALIFIED)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DROP TABLE t                                    | false | false
          DROP TABLE s.t                                  | false | false
          DROP TABLE other.t                              | false | true
          DROP TABLE t; ROLLBACK                          | false | false
          DO $$ BEGIN DROP TABLE s.t; END $$              | false | false
          CREATE TABLE other.t (a int)                    | false | true
          CREATE TEMP TABLE t (a int)                     | false | false
          CREATE TABLE t AS SELECT 1                      | false | false
          SELECT 1 INTO t                                 | false | false
          WITH x AS (SELECT 1) SELECT * INTO t FROM x     | false | false
          CREATE OR REPLACE VIEW s.t AS SELECT 1          | false | false
          CREATE SEQUENCE s.t                             | false | false
          CREATE INDEX t ON s.other (a)                   | false | false
          CREATE SCHEMA s CREATE TABLE t (a int)          | false | false
          DROP SCHEMA s                                   | true  | false
          ALTER SCHEMA s RENAME TO r                      | false | false
          ALTER SCHEMA r RENAME TO s                      | false | false
          ALTER TABLE s.t RENAME TO old                   | false | false
          ALTER TABLE s.old RENAME TO t                   | false | false
          ALTER TABLE other.old RENAME TO t               | false | true
          ALTER INDEX i RENAME TO t                       | false | false
          ALTER TABLE s.t SET SCHEMA archive              | false | false
          ALTER TABLE new.t SET SCHEMA s                  | false | false
          ALTER TABLE new.t SET SCHEMA old                | false | true
          ALTER TABLE s.t RENAME COLUMN a TO b            | true  | true
          ALTER TABLE s.t RENAME CONSTRAINT a TO b        | true  | true
          """)
  void aNameThatIsGivenOrTakenMeansSomethingElse(String sql, boolean plain, boolean qualified) {
    assertThat(after(sql).keeps(T)).isEqualTo(plain);
    assertThat(after(sql).keeps(QUALIFIED)).isEqualTo(qualified);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO s.t VALUES (1)                                    | false | false
          MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE         | false | false
          COPY t FROM STDIN                                             | false | false
          WITH x AS (INSERT INTO t VALUES (1) RETURNING 1) SELECT 1 FROM x | false | false
          EXPLAIN ANALYZE INSERT INTO t VALUES (1)                      | false | false
          DO $$ BEGIN INSERT INTO t VALUES (1); END $$                  | false | false
          SELECT fill()                                                 | false | false
          CREATE TABLE p PARTITION OF t DEFAULT                         | false | false
          ALTER TABLE t ATTACH PARTITION p DEFAULT                      | false | false
          CREATE TABLE IF NOT EXISTS t AS SELECT 1                      | false | false
          CREATE TABLE u AS SELECT fill()                               | false | false
          CREATE TABLE u AS EXECUTE p                                   | false | false
          CREATE TABLE u AS WITH x AS (DELETE FROM t RETURNING 1) TABLE x | false | true
          INSERT INTO u VALUES (fill())                                 | false | false
          INSERT INTO u VALUES (now())                                  | true  | true
          UPDATE t SET a = 1                                            | false | true
          WITH x AS (DELETE FROM t RETURNING 1) SELECT 1 FROM x         | false | true
          TRUNCATE t                                                    | false | true
          ALTER TABLE t ALTER a TYPE bigint                             | false | true
          ALTER TABLE t DROP COLUMN a                                   | false | true
          ALTER TABLE t RENAME COLUMN a TO b                            | false | true
          CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()       | false | false
          INSERT INTO other.t VALUES (1)                                | false | false
          INSERT INTO u SELECT * FROM t                                 | true  | true
          """)
  void rowsAreOthersWhereSomethingWroteThem(String sql, boolean same, boolean none) {
    assertThat(after(sql).keepsRows(T)).isEqualTo(same);
    assertThat(after(sql).keepsEmpty(T)).isEqualTo(none);
  }

  @Test
  void rowsOfATableInAnotherSchemaAreOthers() {
    assertThat(after("INSERT INTO other.t VALUES (1)").keepsRows(QUALIFIED)).isTrue();
    assertThat(after("TRUNCATE u CASCADE").keepsRows(QUALIFIED)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX IF NOT EXISTS i ON t (a)",
        "CREATE TABLE IF NOT EXISTS i (a int)",
        "CREATE SEQUENCE IF NOT EXISTS i",
        "CREATE TABLE x (a int, CONSTRAINT i UNIQUE (a))",
        "ALTER TABLE t ADD CONSTRAINT i UNIQUE (a)",
        "ALTER TABLE t ADD COLUMN z int CONSTRAINT i UNIQUE",
        "ALTER TABLE t RENAME CONSTRAINT c TO i",
        "CREATE EXTENSION postgis",
        "SELECT make()",
        "DROP INDEX i",
        "CREATE RULE r AS ON INSERT TO i DO INSTEAD NOTHING",
        "CREATE FOREIGN TABLE x (a int) SERVER f",
      })
  void whatMayHaveGivenANameMakesItUncertain(String sql) {
    assertThat(after(sql).mayHaveMade(new QualifiedName("", "i"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          CREATE TABLE u (a int PRIMARY KEY)      | u_pkey       | true
          CREATE INDEX ON u (a)                   | u_a_idx1     | true
          ALTER TABLE u ADD UNIQUE (a)            | u_a_key      | true
          ALTER TABLE u ADD COLUMN a int CHECK (a > 0) | u_a_check | true
          ALTER TABLE u ADD COLUMN a serial       | u_a_seq      | true
          ALTER TABLE u ALTER a ADD GENERATED ALWAYS AS IDENTITY | u_a_seq | true
          ALTER TABLE old RENAME TO u             | old_pkey     | true
          CREATE TABLE u (a int)                  | u_items      | false
          CREATE TABLE u (a int)                  | users_pkey   | false
          ALTER TABLE u ADD COLUMN a int          | u_a_idx      | false
          UPDATE u SET a = 1                      | u_a_idx      | false
          """)
  void postgresqlNamesThingsAfterTheirTable(String sql, String name, boolean mayBe) {
    assertThat(after(sql).mayHaveMade(new QualifiedName("", name))).isEqualTo(mayBe);
  }

  @Test
  void aLongNameIsCutInItsMiddle() {
    String name = "a".repeat(29) + "_" + "b".repeat(28) + "_key";

    assertThat(after("CREATE TABLE " + "a".repeat(60) + " (x int)").mayHaveMade(name(name)))
        .isTrue();
    assertThat(after("SELECT 1").mayHaveMade(name(name))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ADD COLUMN a int                       | false | true
          ALTER TABLE t ALTER a TYPE text                      | false | false
          ALTER TABLE t DROP COLUMN a                          | false | false
          ALTER TABLE t ALTER a DROP NOT NULL                  | false | false
          ALTER TABLE t RENAME a TO b                          | false | true
          ALTER TABLE t RENAME b TO a                          | false | true
          ALTER TABLE t ADD CONSTRAINT a CHECK (b > 0)         | true  | true
          ALTER TABLE t RENAME CONSTRAINT b TO a               | false | true
          CREATE TABLE IF NOT EXISTS t (CONSTRAINT a UNIQUE (b)) | true | true
          ALTER TABLE t ALTER b TYPE text                      | true  | false
          SELECT alter_it()                                    | true  | true
          """)
  void aColumnIsAsItWasUnlessItWasAltered(String sql, boolean same, boolean made) {
    assertThat(after(sql).keepsColumn(T, "a")).isEqualTo(same);
    assertThat(after(sql).mayHaveMade(T, "a")).isEqualTo(made);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP VIEW v",
        "DROP FUNCTION v()",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
        "ALTER VIEW v RENAME TO w",
        "ALTER TABLE v DROP COLUMN a",
        "ALTER TABLE v DROP CONSTRAINT c",
        "DO $$ BEGIN DROP VIEW v; END $$",
      })
  void whatIsDroppedOrReplacedMayDependOnNothingAnyMore(String sql) {
    assertThat(after(sql).mayHaveLost("v")).isTrue();
    assertThat(after(sql).mayHaveLost("x")).isFalse();
  }

  @Test
  void aCascadeTakesWhatNobodyNames() {
    assertThat(after("DROP VIEW v CASCADE").mayHaveLostMore()).isTrue();
    assertThat(after("DROP VIEW v CASCADE").keeps(T)).isTrue();
    assertThat(after("DROP VIEW v").mayHaveLostMore()).isFalse();
    assertThat(after("DROP SCHEMA x").mayHaveLostMore()).isTrue();
    assertThat(after("DROP OWNED BY app").mayHaveLostMore()).isTrue();
  }

  private static QualifiedName name(String name) {
    return new QualifiedName("", name);
  }

  private static Changes after(String sql) {
    Changes changes = new Changes();
    Trees trees = new Trees(PARSER);
    try {
      Tokenizer.statements(sql).forEach(each -> changes.note(trees, trees.of(each)));
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
    return changes;
  }
}
