package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for long work because of what its transaction has locked before. */
class TransactionShapeTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ALTER TABLE t ADD a int; UPDATE u SET a = 1 | High | nobody reads or writes t, locked ACCESS EXCLUSIVE by line 1
          ALTER TABLE t ADD a int; INSERT INTO u SELECT * FROM v | High | nobody reads or writes t, locked ACCESS EXCLUSIVE
          ALTER TABLE t ADD a int; INSERT INTO u SELECT f.* FROM made(1) AS f | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; INSERT INTO u WITH c AS (SELECT * FROM v) SELECT * FROM c | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; INSERT INTO u WITH d AS (DELETE FROM v RETURNING *) SELECT * FROM d | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; COPY u FROM '/x' | High | until these rows are copied
          DROP INDEX i; UPDATE u SET a = 1 | High | nobody reads or writes the table of i, locked ACCESS EXCLUSIVE
          REINDEX INDEX i; UPDATE u SET a = 1 | High | nobody plans a query with i, locked ACCESS EXCLUSIVE
          DROP POLICY p ON t; UPDATE u SET a = 1 | High | nobody reads or writes t,
          DROP RULE r ON t; UPDATE u SET a = 1 | High | nobody reads or writes t,
          DROP VIEW v; UPDATE u SET a = 1 | High | nobody reads or writes v,
          CREATE OR REPLACE VIEW v AS SELECT 1; UPDATE u SET a = 1 | High | nobody reads or writes v, locked at most ACCESS EXCLUSIVE
          REFRESH MATERIALIZED VIEW m; UPDATE u SET a = 1 | High | nobody reads or writes m, locked ACCESS EXCLUSIVE
          ALTER TABLE t DISABLE RULE r; UPDATE u SET a = 1 | High | nobody reads or writes t, locked ACCESS EXCLUSIVE
          CREATE TRIGGER g AFTER UPDATE ON t EXECUTE FUNCTION f(); UPDATE t SET a = 1 | Medium | nobody writes t, locked SHARE ROW EXCLUSIVE
          CREATE INDEX i ON t (a); DELETE FROM t | Medium | nobody writes t, locked SHARE by line 1
          CREATE TABLE n (p int REFERENCES p); INSERT INTO n SELECT id FROM u | Medium | nobody writes p, locked SHARE ROW EXCLUSIVE
          CREATE INDEX i ON t (a); ALTER TABLE u ADD b int; UPDATE t SET a = 1 | High | nobody reads or writes u,
          ALTER TABLE t ADD a int; INSERT INTO u SELECT generate_series(1, 3000000) | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; INSERT INTO u SELECT unnest(ARRAY(SELECT id FROM v)) | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; INSERT INTO u VALUES ((SELECT count(*) FROM v)) | High | nobody reads or writes t,
          ALTER TABLE t ADD a int; COMMIT; ALTER TABLE w ADD a int; UPDATE u SET a = 1 | High | nobody reads or writes w, locked ACCESS EXCLUSIVE
          ALTER TABLE t ADD a int; COMMIT AND CHAIN; ALTER TABLE w ADD a int; UPDATE u SET a = 1 | High | nobody reads or writes w, locked ACCESS EXCLUSIVE
          CREATE VIEW v AS SELECT 1; ALTER VIEW v RENAME TO w; ALTER VIEW x RENAME TO v; DROP VIEW v; UPDATE u SET a = 1 | High | nobody reads or writes x,
          CREATE VIEW v AS SELECT 1; DROP VIEW v; DROP VIEW v; UPDATE u SET a = 1 | High | nobody reads or writes v,
          CREATE SEQUENCE IF NOT EXISTS s; DROP SEQUENCE s; UPDATE u SET a = 1 | High | nobody reads or writes s,
          DO $$ BEGIN IF now() > '2026-01-01' THEN CREATE VIEW v AS SELECT 1; END IF; END $$; DROP VIEW v; UPDATE u SET a = 1 | High | nobody reads or writes v,
          CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); UPDATE u SET a = 1 | High | nobody reads or writes p,
          """)
  void theWorstThatOthersWaitForIsNamed(String sql, String risk, String message) {
    assertThat(held(sql))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.rule()).isEqualTo("DdlThenDml");
          assertThat(finding.risk()).isEqualTo(risk);
          assertThat(finding.message()).contains(message);
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD a int; INSERT INTO u SELECT v.* FROM (VALUES (1), (2)) AS v",
        "ALTER TABLE t ADD a int; INSERT INTO u SELECT 1 UNION ALL SELECT 2",
        "ALTER TABLE t ADD a int; CREATE TABLE n (id int); INSERT INTO n VALUES (1);"
            + " INSERT INTO n SELECT id + 1 FROM n",
        "ALTER TABLE t ADD a int; INSERT INTO u VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 2",
        "ALTER TABLE t ADD a int; SELECT setval('s', 1)",
        "ALTER TABLE t ADD a int; CREATE MATERIALIZED VIEW m AS SELECT * FROM u WITH NO DATA",
        "DO $$ BEGIN ALTER TABLE t ADD a int; IF EXISTS (SELECT 1 FROM information_schema.columns)"
            + " THEN RAISE NOTICE 'done'; END IF; END $$",
        "CREATE INDEX CONCURRENTLY i ON t (a); UPDATE t SET a = 1",
        "VACUUM FULL t; UPDATE u SET a = 1",
        "ALTER TABLE t ADD a int; COMMIT; UPDATE u SET a = 1",
        "ALTER TABLE t ADD a int; INSERT INTO u SELECT unnest(ARRAY[1, 2])",
        "ALTER TABLE t ADD a int; INSERT INTO u VALUES ((SELECT id FROM v WHERE name = 'a'))",
        "ALTER TABLE t ADD a int; INSERT INTO u VALUES ((SELECT max(id) + 1 FROM v))",
        "ALTER TABLE t ADD a int; INSERT INTO u VALUES ((SELECT id FROM v))",
        "CREATE VIEW v AS SELECT 1; DROP VIEW v; UPDATE u SET a = 1",
        "CREATE SEQUENCE s; SAVEPOINT a; DROP SEQUENCE s; UPDATE u SET a = 1",
        "CREATE TABLE p (id int) PARTITION BY RANGE (id);"
            + " CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);"
            + " CREATE TABLE p2 PARTITION OF p DEFAULT; INSERT INTO p SELECT id FROM u"
      })
  void whatIsOverInAMomentHoldsNobodyUp(String sql) {
    assertThat(held(sql)).isEmpty();
  }

  @Test
  void manyRowsThatAScriptBringsAlongTakeLongInOneStatementOrInSeveral() {
    String rows = "(1, 'some text of a row')" + ", (1, 'some text of a row')".repeat(1_800);
    String insert = "INSERT INTO u VALUES " + rows + ";\n";

    assertThat(held("ALTER TABLE t ADD a int;\n" + insert.repeat(5))).isEmpty();
    assertThat(held("ALTER TABLE t ADD a int;\n" + insert.repeat(6)))
        .extracting(Finding::rule, Finding::line)
        .containsExactly(tuple("DdlThenDml", 7));
    assertThat(held(insert.repeat(6))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SAVEPOINT a; ALTER TABLE t ADD a int; ROLLBACK TO a; UPDATE u SET a = 1                                 | 0
          ALTER TABLE t ADD a int; SAVEPOINT a; ROLLBACK TO a; UPDATE u SET a = 1                                 | 1
          SAVEPOINT a; SAVEPOINT b; ALTER TABLE t ADD a int; RELEASE b; ROLLBACK TO a; UPDATE u SET a = 1         | 0
          SAVEPOINT a; ALTER TABLE t ADD a int; RELEASE a; UPDATE u SET a = 1                                     | 1
          SAVEPOINT a; ALTER TABLE t ADD a int; SAVEPOINT a; ROLLBACK TO a; UPDATE u SET a = 1                    | 1
          SAVEPOINT a; ROLLBACK TO a; ALTER TABLE t ADD a int; ROLLBACK TO a; UPDATE u SET a = 1                  | 0
          ALTER TABLE t ADD a int; ROLLBACK TO unknown; UPDATE u SET a = 1                                        | 1
          """)
  void aSavepointThatIsGoneBackToReleasesWhatWasLockedAfterIt(String sql, int found) {
    assertThat(held(sql)).hasSize(found);
  }

  private static List<Finding> held(String sql) {
    try {
      List<Script> plan = List.of(new Script("V1.sql", Tokenizer.statements(sql), true, false));
      return RiskAssessment.of(PARSER, plan).findings().stream()
          .filter(finding -> List.of("DdlThenDml", "HoldsLock").contains(finding.rule()))
          .toList();
    } catch (UnreadableSql e) {
      throw new AssertionError(sql, e);
    }
  }
}
