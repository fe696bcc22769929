package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.analysis.RiskAssessment.Script;
import dev.whimbrel.analysis.catalog.SchemaFacts;
import dev.whimbrel.analysis.locks.LockTable;
import dev.whimbrel.analysis.locks.LockedStatement;
import dev.whimbrel.analysis.locks.Waiting;
import dev.whimbrel.analysis.pgquery.PgQuery;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.Risk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes others wait for long is never a matter of Low risk. */
class WaitsAreFoundTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @Test
  void whereSomebodyWaitsThereIsAFinding() throws Exception {
    Map<String, String> silent = new TreeMap<>();
    for (String sql : statements()) {
      RiskAssessment risk = of(sql);
      for (LockedStatement locked : risk.locked()) {
        boolean found =
            risk.findings().stream()
                .filter(each -> each.line() == locked.line())
                .map(Finding::risk)
                .anyMatch(each -> Risk.of(each) != Risk.LOW);
        if (locked.locks().waiting().compareTo(Waiting.LONG) >= 0 && !found) {
          silent.put(sql, locked.locks().text());
        }
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void whatAPlanPutIntoItsOwnTableIsLookedUpUnderTheLockOfAnother() throws Exception {
    RiskAssessment risk =
        of(
            "CREATE TABLE n (a int); INSERT INTO n SELECT a FROM t;\n"
                + "ALTER TABLE n ADD FOREIGN KEY (a) REFERENCES u");

    assertThat(risk.findings())
        .extracting(Finding::rule, Finding::risk, Finding::line)
        .contains(tuple("AddForeignKey", "Medium", 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"DROP INDEX CONCURRENTLY i, j", "DROP INDEX CONCURRENTLY IF EXISTS i CASCADE"})
  void whatCannotBeDroppedConcurrentlyFails(String sql) throws Exception {
    assertThat(of(sql).findings())
        .extracting(Finding::rule, Finding::risk)
        .containsExactly(tuple("WillFail", "High"));
  }

  private static List<String> statements() throws IOException {
    return Stream.concat(
            LockTable.load().forms().values().stream().map(form -> form.sql()),
            StatementKindsTest.kinds().map(StatementKindsTest.Kind::sql))
        .toList();
  }

  private static RiskAssessment of(String sql) throws UnreadableSql {
    Script script = Scripts.of("V1.sql", sql);
    return RiskAssessment.of(ParsedPlan.of(PARSER, List.of(script)), SchemaFacts.unknown());
  }
}
