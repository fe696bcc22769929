package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE users ALTER COLUMN name DROP NOT NULL",
        "ALTER TABLE users ALTER name DROP DEFAULT, ALTER email DROP NOT NULL",
        "ALTER TABLE users ADD COLUMN \"drop\" text",
        "ALTER TYPE mood RENAME TO feeling",
        "CREATE INDEX by_name ON users (name)",
        "COMMENT ON TABLE users IS 'DROP TABLE users'",
        "GRANT SELECT ON users TO reader",
      })
  void whatDropsNothingAndChangesNoRowsKeepsEverything(String sql) throws UnreadableSql {
    assertThat(one(sql).keepsEverything()).isTrue();
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
        "ALTER TABLE users ALTER COLUMN age SET DATA TYPE smallint",
        "UPDATE users SET name = ''",
        "INSERT INTO users VALUES (1)",
        "TRUNCATE users",
        "DO $$ BEGIN NULL; END $$",
        "SELECT cleanup()",
        "WITH gone AS (DELETE FROM users RETURNING 1) SELECT 1",
        "REFRESH MATERIALIZED VIEW totals",
      })
  void whatIsNotKnownToKeepEverythingDoesNot(String sql) throws UnreadableSql {
    assertThat(one(sql).keepsEverything()).isFalse();
  }

  private static Statement one(String sql) throws UnreadableSql {
    return Tokenizer.statements(sql).getFirst();
  }
}
