package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Statement.QualifiedName;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TouchedRelationsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE app.users ADD COLUMN x int                            | app.users
          ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES s.b (id) NOT VALID   | a s.b
          CREATE INDEX CONCURRENTLY i ON t (c)                              | t
          DROP INDEX CONCURRENTLY s.i                                       | s.i
          DROP TABLE a, b CASCADE                                           | a b
          DROP VIEW v                                                       | v
          DROP TRIGGER tr ON s.t                                            | s.t
          REINDEX INDEX i                                                   | i
          TRUNCATE a, b                                                     | a b
          UPDATE a SET x = b.y FROM b WHERE a.id IN (SELECT id FROM c)      | a b c
          CREATE VIEW v AS SELECT * FROM t                                  | v t
          CREATE TABLE p1 PARTITION OF p DEFAULT                            | p1 p
          ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (1)               | p p2
          LOCK TABLE a IN EXCLUSIVE MODE                                    | a
          CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f() | t
          ALTER TABLE "Großes" RENAME TO klein                              | Großes
          DO $$ BEGIN UPDATE a SET x = 1; IF EXISTS (SELECT FROM b) THEN DELETE FROM c; END IF; END $$ | a b c
          """)
  void relationsAreThoseThatAStatementNames(String sql, String expected) {
    TouchedRelations touched = touched(sql);

    assertThat(touched.relations().stream().map(QualifiedName::toString))
        .containsExactlyInAnyOrder(expected.split(" "));
    assertThat(touched.complete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CALL p()",
        "SELECT f()",
        "ALTER TABEL t",
        "DO $$ BEGIN EXECUTE 'DROP TABLE ' || 't'; END $$",
        "DO $$ BEGIN PERFORM f(); END $$",
        "DO LANGUAGE plpython3u $$ plpy.execute('DROP TABLE t') $$",
      })
  void whatCannotBeToldIsNotComplete(String sql) {
    assertThat(touched(sql).complete()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ADD COLUMN x int; CREATE INDEX i ON t (x); DROP TRIGGER a ON t | true
          ALTER TABLE t RENAME COLUMN a TO b | true
          SET lock_timeout = 1 | true
          SET search_path = x | false
          CREATE TYPE mood AS ENUM ('fine') | false
          CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1' | false
          DROP SCHEMA s | false
          CREATE EXTENSION x | false
          SELECT f() | false
          """)
  void whereOtherThingsThanRelationsAreChangedItSaysSo(String sql, boolean expected) {
    assertThat(touched(sql).relationsOnly()).isEqualTo(expected);
  }

  @Test
  void typesAndSchemasAreNamedToo() {
    TouchedRelations touched =
        touched(
            """
            ALTER TABLE t ADD COLUMN a public.mood, ADD COLUMN b email, ADD COLUMN c int;
            DROP SCHEMA old CASCADE;
            """);

    assertThat(touched.types())
        .containsExactly(new QualifiedName("public", "mood"), new QualifiedName("", "email"));
    assertThat(touched.schemas()).containsExactly("old");
  }

  private static TouchedRelations touched(String sql) {
    try {
      return TouchedRelations.of(ParsedPlan.of(PARSER, List.of(Scripts.of("V1.sql", sql))));
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
