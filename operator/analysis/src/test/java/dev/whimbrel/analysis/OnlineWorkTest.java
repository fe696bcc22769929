package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.OnlineWork.ConcurrentIndex;
import dev.whimbrel.analysis.pgquery.PgQuery;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnlineWorkTest {

  private static final PgQuery PARSER = new PgQuery(1);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CREATE INDEX CONCURRENTLY i ON t (a) | i | false",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS I ON s.t (a) | i | true",
        "create index /* i */ concurrently \"I\"\"x\" on t (a) | I\"x | false",
      })
  void theIndexOfConcurrentlyIsKnownByName(String sql, String name, boolean ifNotExists)
      throws UnreadableSql {
    assertThat(online("SELECT 1;\n" + sql).indexes())
        .containsExactly(new ConcurrentIndex(name, ifNotExists, 2));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX CONCURRENTLY ON t (a)",
        "CREATE INDEX i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "SELECT 'CREATE INDEX CONCURRENTLY i ON t (a)'",
      })
  void anyOtherHasNone(String sql) throws UnreadableSql {
    assertThat(online(sql).indexes()).isEmpty();
  }

  @Test
  void aScriptIsMixedWhereOthersWaitForLocksToo() throws UnreadableSql {
    assertThat(online("DROP INDEX CONCURRENTLY i; DROP INDEX CONCURRENTLY j").mixed()).isFalse();
    assertThat(online("DROP INDEX j").mixed()).isFalse();

    OnlineWork mixed = online("DROP INDEX CONCURRENTLY i; DROP INDEX \"concurrently\"");

    assertThat(mixed.concurrent()).isTrue();
    assertThat(mixed.mixed()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE t ADD a int, VALIDATE CONSTRAINT c         | true",
        "ALTER DOMAIN d VALIDATE CONSTRAINT c                   | true",
        "DO $$ BEGIN ALTER TABLE t VALIDATE CONSTRAINT c; END $$ | true",
        "COMMENT ON TABLE t IS 'VALIDATE CONSTRAINT c'          | false",
        "CREATE TABLE validate (\"constraint\" int)             | false",
      })
  void whatValidatesIsOnline(String sql, boolean validates) throws UnreadableSql {
    assertThat(online(sql).validates()).isEqualTo(validates);
  }

  @ParameterizedTest
  @CsvSource({
    "REPACK CONCURRENTLY t, true",
    "REPACK t, false",
    "REPACK \"concurrently\" 'concurrently', false",
  })
  void whatIsRefusedIsNotTakenForItAndThatIsSaid(String sql, boolean said) throws UnreadableSql {
    assertThat(online(sql)).isEqualTo(OnlineWork.none());
    assertThat(RiskAssessment.of(PARSER, List.of(Scripts.of("V1.sql", sql))).findings())
        .singleElement()
        .matches(finding -> finding.message().contains("if it works CONCURRENTLY") == said);
  }

  private static OnlineWork online(String sql) throws UnreadableSql {
    return OnlineWork.of(new Trees(PARSER), Tokenizer.statements(sql));
  }
}
