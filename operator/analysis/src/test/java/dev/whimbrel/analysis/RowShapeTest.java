package dev.whimbrel.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowShapeTest {

  private static final String ONE = "INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT DO NOTHING";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t (a, b) VALUES (22, 'it''s; (x), $y') ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES ( -1.5,''  ) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, /* a comment */ '\\') ON CONFLICT DO NOTHING",
      })
  void valuesMakeNoDifference(String other) {
    assertThat(shape(other)).isEqualTo(shape(ONE)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO u (a, b) VALUES (1, 'x') ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, c) VALUES (1, 'x') ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, 'x') ON CONFLICT (a) DO UPDATE SET b = 'y'",
        "INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, NULL) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y') ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, 'x', 3) ON CONFLICT DO NOTHING",
        "INSERT INTO t (a, b) VALUES (1, 'x') nonsense",
      })
  void allElseDoes(String other) {
    assertThat(shape(other)).isPresent().isNotEqualTo(shape(ONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (now())",
        "INSERT INTO t VALUES (E'\\xZZ')",
        "INSERT INTO t VALUES (B'012')",
        "INSERT INTO t VALUES (U&'\\zzzz')",
        "INSERT INTO t VALUES ($$x$$)",
        "INSERT INTO t VALUES (1a)",
        "INSERT INTO t VALUES (1.2.3)",
        "INSERT INTO t VALUES ('a' 'b')",
        "INSERT INTO t VALUES (-'a')",
        "INSERT INTO t VALUES (- - 1)",
        "INSERT INTO t VALUES (1 + 1)",
        "INSERT INTO t VALUES ('2024-01-01'::date)",
        "INSERT INTO t VALUES (current_user)",
        "INSERT INTO t VALUES (\"a\")",
        "INSERT INTO t VALUES ((1))",
        "INSERT INTO t VALUES ()",
        "INSERT INTO t VALUES (1,)",
        "INSERT INTO t VALUES (1",
        "INSERT INTO t VALUES (1),",
        "INSERT INTO t VALUES (-",
        "INSERT INTO t VALUES",
        "INSERT INTO t DEFAULT VALUES",
        "INSERT INTO t SELECT 1",
        "WITH x AS (DELETE FROM t) INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
      })
  void whatIsNotPlainHasNoShape(String sql) {
    assertThat(shape(sql)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"16000, true", "17000, false"})
  void whatIsLongHasNone(int length, boolean has) {
    assertThat(shape("INSERT INTO t VALUES ('" + "x".repeat(length) + "')").isPresent())
        .isEqualTo(has);
  }

  private static Optional<String> shape(String sql) {
    try {
      return RowShape.of(Tokenizer.statements("-- first\n;" + sql).getFirst());
    } catch (UnreadableSql e) {
      throw new AssertionError(e);
    }
  }
}
