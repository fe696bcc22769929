package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {

  @Test
  void statementsEndAtSemicolonsAndKnowTheirLines() throws UnreadableSql {
    List<Statement> statements =
        Tokenizer.statements("SELECT 1;\n-- a comment; with semicolon\n\nSELECT\n 2\n;;\n");

    assertThat(statements).extracting(Statement::line).containsExactly(1, 4);
    assertThat(statements.get(1).tokens()).extracting(Token::text).containsExactly("SELECT", "2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a;b'",
        "SELECT 'it''s; fine'",
        "SELECT E'it\\'s; fine'",
        "SELECT \"odd;name\"",
        "SELECT $$a;b$$",
        "SELECT $body$a; $$ b;$body$",
        "SELECT /* a; /* b; */ c; */ 1",
        "SELECT (1; 2)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2;"
            + " END",
      })
  void semicolonsInsideOfSomethingEndNothing(String sql) throws UnreadableSql {
    assertThat(Tokenizer.statements(sql + "; SELECT 3;")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SELECT 1; SELECT 'open | 1",
        "SELECT 1;\\nSELECT \"open | 2",
        "SELECT 1;\\n\\nDO $x$ BEGIN; $y$ | 3",
        "\\n/* open /* closed */ | 2"
      })
  void whatHasNoEndIsRefusedWithItsLine(String sql, int line) {
    assertThatThrownBy(() -> Tokenizer.statements(sql.replace("\\n", "\n")))
        .isInstanceOfSatisfying(UnreadableSql.class, e -> assertThat(e.line()).isEqualTo(line));
  }

  @Test
  void aPositionalParameterIsNoDollarQuote() throws UnreadableSql {
    assertThat(Tokenizer.statements("PREPARE p AS SELECT $1; EXECUTE p(1);")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1;\nCOPY t FROM STDIN;\n1\nDROP TABLE t;\n",
        "SELECT 1;\nCOPY t FROM STDIN; DROP TABLE t;\n1\n\\.\n",
        "SELECT 1;\nCOPY t FROM STDIN;\n1\n \\.\nDROP TABLE t;\n",
      })
  void whatIsNotForCertainDataOfACopyIsNotTakenForIt(String sql) {
    assertThatThrownBy(() -> Tokenizer.statements(sql))
        .isInstanceOfSatisfying(UnreadableSql.class, e -> assertThat(e.line()).isEqualTo(2));
  }

  @Test
  void rowsOfCopyAreNoStatements() throws UnreadableSql {
    List<Statement> statements =
        Tokenizer.statements("COPY t FROM STDIN;\n1\tit's; a row\n\\.\nSELECT 1;\n");

    assertThat(statements).extracting(Statement::firstWord).containsExactly("COPY", "SELECT");
    assertThat(statements.get(1).line()).isEqualTo(4);
  }

  @Test
  void commandsOfPsqlAreSeen() throws UnreadableSql {
    Token token = Tokenizer.statements("\\set x 1\nSELECT 1;").getFirst().tokens().getFirst();

    assertThat(token.kind()).isEqualTo(Token.Kind.META_COMMAND);
    assertThat(token.text()).isEqualTo("\\set x 1");
  }
}
