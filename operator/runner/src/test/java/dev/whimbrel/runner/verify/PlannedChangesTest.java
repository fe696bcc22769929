package dev.whimbrel.runner.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Tokenizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannedChangesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM users",
        "WITH gone AS (DELETE FROM users RETURNING id) INSERT INTO old SELECT id FROM gone",
        "TRUNCATE users",
        "MERGE INTO users USING new ON true WHEN MATCHED THEN DELETE",
        "DO $$ BEGIN EXECUTE 'drop'; END $$",
        "CALL cleanup()",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ delete from users $$",
        "ALTER TABLE events DETACH PARTITION events_2020",
        "DROP TABLE events_2020",
      })
  void whatMayDeleteRows(String sql) throws Exception {
    assertThat(Tokenizer.statements(sql).stream().anyMatch(PlannedChanges::deletes)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE",
        "ALTER TABLE users DROP COLUMN name",
        "INSERT INTO users SELECT 1",
        "UPDATE users SET name = 'x'",
        "CREATE INDEX CONCURRENTLY i ON users (name)",
      })
  void whatDoesNot(String sql) throws Exception {
    assertThat(Tokenizer.statements(sql).stream().anyMatch(PlannedChanges::deletes)).isFalse();
  }
}
