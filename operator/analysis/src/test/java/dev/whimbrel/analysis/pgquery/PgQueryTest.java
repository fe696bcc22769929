package dev.whimbrel.analysis.pgquery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgQueryTest {

  private static final PgQuery PARSER = new PgQuery(2);

  @Test
  void aStatementIsATree() throws SqlRefused {
    JsonNode statements = PARSER.statements("ALTER TABLE s.t ADD COLUMN a int");

    JsonNode alter = statements.get(0).at("/stmt/AlterTableStmt");
    assertThat(statements).hasSize(1);
    assertThat(alter.at("/relation/relname").asText()).isEqualTo("t");
    assertThat(alter.at("/cmds/0/AlterTableCmd/subtype").asText()).isEqualTo("AT_AddColumn");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t USING btree (a text_pattern_ops)"
            + " INCLUDE (b) NULLS NOT DISTINCT WHERE c > 0",
        "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id) DEFERRABLE NOT VALID",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "ALTER TABLE t ALTER COLUMN a SET EXPRESSION AS (b * 2)",
        "ALTER TABLE t SET ACCESS METHOD DEFAULT",
        "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING *",
        "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$'))",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "REINDEX (CONCURRENTLY, VERBOSE) TABLE t",
        "SELECT U&'d\\0061t\\+000061'",
        "COPY t FROM STDIN",
        "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'",
      })
  void theGrammarOf17IsKnown(String sql) {
    assertThatCode(() -> PARSER.statements(sql)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ALTER TABLE t AD COLUMN a int | syntax error at or near \"AD\" | 1 | 15",
        "SELECT 'äö🦆',\\n  FRM t t t | syntax error at or near \"t\" | 2 | 9",
        "SELECT '🦆' AD AD | syntax error at or near \"AD\" | 1 | 15",
        "SELECT 'open | unterminated quoted string at or near \"'open\" | 1 | 8",
        "SELECT ${table} | syntax error at or near \"$\" | 1 | 8",
      })
  void whatIsRefusedIsRefusedWithItsPlace(String sql, String message, int line, int column) {
    assertThatThrownBy(() -> PARSER.statements(sql.replace("\\n", "\n")))
        .isInstanceOfSatisfying(
            SqlRefused.class,
            e -> {
              assertThat(e).hasMessage(message);
              assertThat(e.line()).isEqualTo(line);
              assertThat(e.column()).isEqualTo(column);
            });
  }

  @Test
  void theBodyOfABlockIsReadToo() throws SqlRefused {
    JsonNode body =
        PARSER.plpgsql(
            "DO $$ BEGIN\n  IF true THEN\n    DELETE FROM t;\n  END IF;\n"
                + "  EXECUTE 'DROP TABLE t'; END $$");

    assertThat(body.findValues("PLpgSQL_expr"))
        .extracting(expression -> expression.path("query").asText())
        .containsExactly("true", "DELETE FROM t", "'DROP TABLE t'");
    assertThatThrownBy(() -> PARSER.plpgsql("DO $$ BEGIN LOOP; END $$"))
        .isInstanceOf(SqlRefused.class);
  }

  @Test
  void aTextThatIsTooMuchIsRefusedAndTheNextIsParsed() throws SqlRefused {
    String deep = "SELECT " + "(".repeat(60_000) + "1" + ")".repeat(60_000);
    String nested = "SELECT " + "a + (".repeat(2_000) + "1" + ")".repeat(2_000);
    String operators = "SELECT 1" + " + 1".repeat(30_000);
    String cut = "SELECT 1\0; DROP TABLE t";
    String large = "SELECT '" + "x".repeat(PgQuery.LONGEST) + "'";
    PgQuery parser = new PgQuery(1);

    for (String sql : List.of(deep, nested, operators, cut, large)) {
      assertThatThrownBy(() -> parser.statements(sql)).isInstanceOf(SqlRefused.class);
    }

    assertThat(parser.statements("SELECT 1")).hasSize(1);
  }

  @Test
  void manyThreadsShareFewCopies() throws Exception {
    PgQuery parser = new PgQuery(2);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> parsed = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String sql = "SELECT 1; ".repeat(i % 5 + 1);
        parsed.add(threads.submit(() -> parser.statements(sql).size()));
      }

      for (int i = 0; i < 400; i++) {
        assertThat(parsed.get(i).get()).isEqualTo(i % 5 + 1);
      }
    }
  }
}
