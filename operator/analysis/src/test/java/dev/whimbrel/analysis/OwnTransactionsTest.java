package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnTransactionsTest {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final Trees TREES = new Trees(PARSER);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
        "REINDEX (CONCURRENTLY true) INDEX i",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "ALTER TABLE \"we ird\".\"T\" DETACH PARTITION s.p CONCURRENTLY",
        "create /* DROP */ unique index -- x\n concurrently on t (a)",
        "DROP INDEX CONCURRENTLY IF EXISTS s.i",
        "REINDEX (CONCURRENTLY) TABLE t",
      })
  void whatIsConcurrentRefusesATransaction(String sql) throws Exception {
    assertThat(online(sql).concurrent()).isTrue();
    assertThat(refuses(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VACUUM t",
        "CLUSTER",
        "REINDEX SCHEMA s",
        "REINDEX DATABASE",
        "REINDEX SYSTEM d",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "ALTER DATABASE d SET TABLESPACE x",
        "CREATE TABLESPACE x LOCATION '/x'",
        "DROP TABLESPACE x",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
        "DROP SUBSCRIPTION s",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
        "ALTER SYSTEM SET work_mem = '1MB'",
        "DISCARD ALL",
        "VACUUM (ANALYZE) t",
        "/* first */ cluster",
      })
  void otherThingsRefuseOneToo(String sql) throws Exception {
    assertThat(online(sql).concurrent()).isFalse();
    assertThat(refuses(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX concurrently_made ON t (a)",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY false) TABLE t",
        "REINDEX (CONCURRENTLY 0) TABLE t",
        "REINDEX TABLE schema.database",
        "ALTER TABLE t DETACH PARTITION p",
        "ALTER TABLE t DETACH PARTITION p FINALIZE",
        "ANALYZE t",
        "CLUSTER t USING i",
        "ALTER DATABASE d SET work_mem = '1MB'",
        "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = false)",
        "DISCARD TEMP",
        "SELECT 'CREATE INDEX CONCURRENTLY'",
        "DROP INDEX \"concurrently\"",
        "CREATE INDEX i ON \"index\" (concurrently)",
        "CREATE TABLE vacuum_log (system int, database text)",
        "ALTER TYPE mood ADD VALUE 'concurrently'",
        "ALTER TABLE t DETACH PARTITION \"concurrently\"",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'VACUUM t'",
        "COMMENT ON DATABASE d IS 'x'",
        "REINDEX FROBNICATE CONCURRENTLY t",
      })
  void theRestDoesNot(String sql) throws Exception {
    assertThat(online(sql).concurrent()).isFalse();
    assertThat(refuses(sql)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REINDEX (CONCURRENTLY false) TABLE t | Reindex
          VACUUM (FULL) t                      | VacuumFull
          """)
  void anOptionThatIsOffIsNotThere(String sql, String rule) throws Exception {
    assertThat(rules(sql)).containsExactly(rule);
    assertThat(rules("VACUUM (FULL false) t")).isEmpty();
  }

  private static List<String> rules(String sql) throws UnreadableSql {
    return RiskAssessment.of(
            PARSER, List.of(new Script("V1.sql", Tokenizer.statements(sql), false, false)))
        .findings()
        .stream()
        .map(Finding::rule)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "BEGIN, true",
    "START TRANSACTION ISOLATION LEVEL SERIALIZABLE, true",
    "/* x */ end, true",
    "ROLLBACK, true",
    "PREPARE TRANSACTION 'x', true",
    "SAVEPOINT s, false",
    "ROLLBACK TO SAVEPOINT s, false",
    "PREPARE q AS SELECT 1, false",
    "DO 'BEGIN END', false",
  })
  void aSavepointIsNoBorderOfATransaction(String sql, boolean border) throws Exception {
    assertThat(OwnTransactions.isBorder(TREES, Tokenizer.statements(sql).getFirst()))
        .isEqualTo(border);
  }

  private static boolean refuses(String sql) throws UnreadableSql {
    return OwnTransactions.refusesTransaction(TREES, Tokenizer.statements(sql).getFirst());
  }

  private static OnlineWork online(String sql) throws UnreadableSql {
    return OnlineWork.of(TREES, Tokenizer.statements(sql));
  }
}
