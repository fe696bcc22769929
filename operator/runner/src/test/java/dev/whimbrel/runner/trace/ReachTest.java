package dev.whimbrel.runner.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.analysis.Tokenizer;
import dev.whimbrel.analysis.UnreadableSql;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SERVER other FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE /* one */ SERVER other FOREIGN DATA WRAPPER x",
        "CREATE FOREIGN DATA WRAPPER x",
        "CREATE FOREIGN TABLE t (id int) SERVER other",
        "CREATE USER MAPPING FOR app SERVER other",
        "IMPORT FOREIGN SCHEMA public FROM SERVER other INTO here",
        "CREATE SUBSCRIPTION s CONNECTION 'host=x' PUBLICATION p",
        "ALTER SUBSCRIPTION s ENABLE",
        "ALTER SYSTEM SET archive_mode = on",
        "LOAD 'dblink'",
        "CREATE EXTENSION dblink",
        "CREATE EXTENSION IF NOT EXISTS \"pg_net\" WITH SCHEMA extensions",
        "CREATE EXTENSION no_such_thing",
        "DO $$ BEGIN EXECUTE 'CREATE EXTENSION ' || 'http'; END $$",
        "DO $$ BEGIN EXECUTE format('CREATE EXTENSION %I', name); END $$",
        "DO $$ BEGIN CREATE -- why\n SERVER s FOREIGN DATA WRAPPER w; END $$",
        "CREATE OR REPLACE TRUSTED LANGUAGE plperl",
        "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'f'",
        "CREATE FUNCTION f() RETURNS int AS 'pg_read' LANGUAGE 'internal'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS $$ import os $$",
        "DO LANGUAGE plperlu $$ system('true') $$",
        "COPY t FROM PROGRAM 'curl x'",
        "COPY t TO PROGRAM E'curl x'",
        "COPY t FROM PROGRAM $$curl x$$",
        "COPY t FROM/**/PROGRAM/**/'curl x'",
        "DO $$ BEGIN EXECUTE 'COPY t FROM PROGRAM ' || quote_literal('curl x'); END $$",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT \"pg_catalog\".\"lo_export\"(1, '/tmp/x')",
        "GRANT pg_execute_server_program TO app",
        "SELECT U&\"pg\\005fread_file\"('/etc/passwd')",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT dblink_exec('x'); END",
      })
  void whatMayReachOutIsTold(String sql) {
    assertThat(reach(sql)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public",
        "CREATE EXTENSION \"uuid-ossp\"",
        "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" WITH SCHEMA extensions",
        "COMMENT ON EXTENSION pgcrypto IS 'not dblink'",
        "CREATE FUNCTION f(language text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN END $$",
        "CREATE TABLE program (id int, language text, http int, server text)"
            + " PARTITION BY LIST (language)",
        "ALTER TABLE orders ADD CONSTRAINT by_user FOREIGN KEY (user_id) REFERENCES users (id)",
        "CREATE TABLE load (id int, FOREIGN KEY (id) REFERENCES users (id))",
        "UPDATE programs SET program = 'x'",
      })
  void whatStaysOnItsServerIsNot(String sql) {
    assertThat(reach(sql)).isEmpty();
  }

  @Test
  void theLineIsNamed() throws UnreadableSql {
    assertThat(Reach.ofAny(Tokenizer.statements("SELECT 1;\nCREATE EXTENSION dblink;")))
        .contains("line 2 (CREATE EXTENSION dblink, which is not known to reach nothing)");
  }

  private static Optional<String> reach(String sql) {
    try {
      return Reach.of(Tokenizer.statements(sql).getFirst());
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
