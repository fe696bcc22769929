package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.pgquery.PgQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowEffectsTest {

  private static final Trees TREES = new Trees(new PgQuery(1));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE FROM users",
        "WITH gone AS (DELETE FROM users RETURNING id) INSERT INTO old SELECT id FROM gone",
        "COPY (DELETE FROM users RETURNING id) TO STDOUT",
        "TRUNCATE users",
        "MERGE INTO users USING new ON true WHEN MATCHED THEN DELETE",
        "DO $$ BEGIN EXECUTE 'drop'; END $$",
        "DO $$ BEGIN IF true THEN DELETE FROM users; END IF; END $$",
        "DO $$ BEGIN PERFORM cleanup(); END $$",
        "DO LANGUAGE plpython3u $$ pass $$",
        "CALL cleanup()",
        "SELECT cleanup()",
        "INSERT INTO users SELECT * FROM s.moved()",
        "ALTER TABLE users ADD COLUMN a int DEFAULT cleanup()",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ delete from users $$",
        "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM users; END",
        "CREATE RULE r AS ON UPDATE TO users DO INSTEAD DELETE FROM users",
        "ALTER TABLE events ADD a int, DETACH PARTITION events_2020",
        "ALTER TABLE events_2020 NO INHERIT events",
        "REFRESH MATERIALIZED VIEW totals",
        "DROP /* not a VIEW */ TABLE \"we ird\".\"T\"",
        "DROP SCHEMA s CASCADE",
        "DROP OWNED BY r",
        "FROBNICATE users",
      })
  void whatMayDeleteRows(String sql) throws UnreadableSql {
    assertThat(of(sql).mayDelete()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE",
        "ALTER TABLE users DROP COLUMN name",
        "ALTER TABLE users ADD COLUMN \"delete\" int",
        "INSERT INTO users SELECT 1",
        "INSERT INTO notes VALUES ('delete me, or TRUNCATE')",
        "UPDATE users SET name = lower(name), seen = now()",
        "CREATE INDEX CONCURRENTLY i ON users (name)",
        "COMMENT ON COLUMN t.delete IS 'call to execute'",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM t) THEN CREATE TYPE m AS ENUM ('a'); END IF; END"
            + " $$",
        "DROP VIEW v",
        "DROP INDEX i",
      })
  void whatDoesNot(String sql) throws UnreadableSql {
    assertThat(of(sql).mayDelete()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE users SET name = 'x'",
        "INSERT INTO users VALUES (1)",
        "WITH w AS (UPDATE users SET name = 'x' RETURNING 1) SELECT 1",
        "DO $$ BEGIN UPDATE users SET name = 'x'; END $$",
        "CREATE TABLE t AS SELECT cleanup()",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "FROBNICATE users",
      })
  void whatMayChangeRows(String sql) throws UnreadableSql {
    assertThat(of(sql).mayChange()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE users ALTER a TYPE int",
        "SET lock_timeout = 0",
        "BEGIN",
        "SELECT count(*) FROM users FOR UPDATE",
        "DO $$ BEGIN IF (SELECT true) THEN ALTER TABLE users ALTER a TYPE int; END IF; END $$",
      })
  void whatKeepsThem(String sql) throws UnreadableSql {
    assertThat(of(sql)).isEqualTo(new RowEffects(false, false));
  }

  @Test
  void theRowOfTheToolIsNotMeant() throws UnreadableSql {
    String own = "DELETE FROM s.version WHERE v = 'x'; UPDATE version SET v = 'x'";

    assertThat(RowEffects.of(TREES, Tokenizer.statements(own), "version"))
        .isEqualTo(new RowEffects(false, false));
    assertThat(RowEffects.of(TREES, Tokenizer.statements(own), "other"))
        .isEqualTo(new RowEffects(true, true));
  }

  private static RowEffects of(String sql) throws UnreadableSql {
    return RowEffects.of(TREES, Tokenizer.statements(sql), "version");
  }
}
