package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.analysis.pgquery.SqlRefused;
import dev.whimbrel.api.v1alpha1.Finding;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnTransactionsTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX TABLE CONCURRENTLY t",
        "REINDEX (VERBOSE, CONCURRENTLY) INDEX i",
        "REINDEX (CONCURRENTLY true) INDEX i",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
      })
  void whatIsConcurrentRefusesATransaction(String sql) throws Exception {
    assertThat(OwnTransactions.isConcurrent(parsed(sql))).isTrue();
    assertThat(OwnTransactions.refusesTransaction(parsed(sql))).isTrue();
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
      })
  void otherThingsRefuseOneToo(String sql) throws Exception {
    assertThat(OwnTransactions.isConcurrent(parsed(sql))).isFalse();
    assertThat(OwnTransactions.refusesTransaction(parsed(sql))).isTrue();
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
      })
  void theRestDoesNot(String sql) throws Exception {
    assertThat(OwnTransactions.isConcurrent(parsed(sql))).isFalse();
    assertThat(OwnTransactions.refusesTransaction(parsed(sql))).isFalse();
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

  private static Node parsed(String sql) throws SqlRefused {
    return Node.of(PARSER, sql).getFirst();
  }
}
