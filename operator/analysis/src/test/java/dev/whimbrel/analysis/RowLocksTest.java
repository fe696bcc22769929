package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.StatementLocks;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are locked wherever a statement says so, not only by what it is called. */
class RowLocksTest {

  private static final PgQuery PARSER = new PgQuery(1);
  private static final String ALL_ROWS = "ROW SHARE on big, all of it read, and all of its rows";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM big FOR UPDATE",
        "WITH l AS (SELECT * FROM big FOR UPDATE) SELECT 1 FROM l",
        "SELECT * FROM (SELECT * FROM big FOR SHARE) s",
        "INSERT INTO x SELECT * FROM big FOR UPDATE",
        "CREATE TABLE x AS SELECT * FROM big FOR UPDATE",
        "UPDATE x SET a = 1 FROM (SELECT * FROM big FOR UPDATE) s WHERE x.id = s.id",
        "(SELECT a FROM big FOR UPDATE) UNION ALL SELECT 1",
        "SELECT * FROM big AS b JOIN small AS s ON s.id = b.id FOR UPDATE OF b",
        "SELECT * FROM big JOIN small USING (id) FOR UPDATE OF big",
        "SELECT * FROM (SELECT * FROM big) AS b, small FOR UPDATE OF b",
      })
  void lockedRowsAreSaidWhereverTheyStand(String sql) {
    assertThat(locks(sql).text())
        .contains(ALL_ROWS)
        .doesNotContain("SHARE on small", "SHARE on b,");
    assertThat(locks(sql).waiting()).isEqualTo(Waiting.LONG);
  }

  @Test
  void whatOnlyAConditionReadsIsNotLocked() {
    assertThat(locks("SELECT * FROM big WHERE id IN (SELECT id FROM small) FOR UPDATE").text())
        .isEqualTo("ROW SHARE on big, all of it read, and the rows that it chooses");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          REINDEX (CONCURRENTLY false) TABLE big | SHARE on big, all of it read; ACCESS EXCLUSIVE on each index of big, rebuilt
          REINDEX (CONCURRENTLY off) INDEX i | SHARE on the table of i, all of it read
          VACUUM (FULL false) big | SHARE UPDATE EXCLUSIVE on big
          """)
  void anOptionThatIsOffIsNotOn(String sql, String told) {
    assertThat(locks(sql).text()).contains(told);
  }

  @Test
  void aTableThatIsMadeOfAQueryLocksWhatTheQueryDoes() {
    assertThat(
            locks("CREATE TABLE b AS WITH d AS (DELETE FROM big RETURNING *) SELECT * FROM d")
                .text())
        .contains("ROW EXCLUSIVE on big, all of it read, and all of its rows");
    assertThat(
            locks("INSERT INTO b WITH d AS (DELETE FROM big RETURNING *) SELECT * FROM d").text())
        .contains("ROW EXCLUSIVE on big, all of it read, and all of its rows");
    assertThat(locks("CREATE TABLE b AS EXECUTE p").text())
        .isEqualTo("not measured: what a prepared statement does");
    assertThat(locks("CREATE TABLE b AS SELECT purge_all()").text())
        .isEqualTo("not measured: what purge_all() does");
  }

  private static StatementLocks locks(String sql) {
    try {
      Script script = Scripts.of("V1.sql", sql);
      return RiskAssessment.of(ParsedPlan.of(PARSER, List.of(script)), SchemaFacts.unknown())
          .locked()
          .getFirst()
          .locks();
    } catch (UnreadableSql e) {
      throw new AssertionError(sql, e);
    }
  }
}
