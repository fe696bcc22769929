package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a file: a finding with file and line, in bounded time, and never exit code 0. */
@Timeout(120)
class BadInputTest {

  @TempDir private Path folder;
  private CommandHarness command;

  @BeforeEach
  void start() {
    command = new CommandHarness(folder);
  }

  static Stream<Arguments> inputs() {
    return Stream.of(
        Arguments.of(
            "unterminated quote", "SELECT 1;\nSELECT 'a;\n", "x.sql:2: Medium UnreadableSql"),
        Arguments.of(
            "unterminated dollar quote",
            "SELECT 1;\n\nDO $body$ BEGIN END $bodi$;\n",
            "x.sql:3: Medium UnreadableSql"),
        Arguments.of("unterminated comment", "/* a\n/* b */\n", "x.sql:1: Medium UnreadableSql"),
        Arguments.of("unterminated name", "\nSELECT \"a\n", "x.sql:2: Medium UnreadableSql"),
        Arguments.of("no SQL", "SELECT 1;\nSELEC 1;\n", "x.sql:2: Medium UnreadableSql"),
        Arguments.of("psql's command", "\\set a 1\n", "x.sql:1: Medium PsqlCommand"),
        Arguments.of("a character NUL", "SELECT 1;\nSELECT '\0';", "x.sql:2: Medium NotUtf8"),
        Arguments.of("nesting", "SELECT " + "(".repeat(100_000), "x.sql:1: Medium UnreadableSql"),
        Arguments.of(
            "nesting that ends",
            "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + ";",
            "x.sql:1: Medium UnreadableSql"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void itIsAFindingWithFileAndLine(String name, String sql, String expected) {
    command.file("x.sql", sql);

    int code = command.run("lint", "x.sql");

    assertThat(code).isEqualTo(2);
    assertThat(command.out()).contains(expected).contains("not analysed");
  }

  @Test
  void bytesThatAreNoUtf8AreNamedByLine() {
    command.file("x.sql", "SELECT 1;\n-- caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThat(command.run("lint", "x.sql")).isEqualTo(2);
    assertThat(command.out()).startsWith("x.sql:2: Medium NotUtf8: is not UTF-8 from line 2 on");
  }

  @Test
  void aByteOrderMarkIsNoSql() {
    command.file("x.sql", "\uFEFFDROP TABLE t;");

    assertThat(command.run("lint", "x.sql")).isEqualTo(1);
    assertThat(command.out()).startsWith("x.sql:1: High DropTable");
  }

  @Test
  void dataOfCopyIsNoSqlAndLinesAfterItAreStillRight() {
    command.file("V1__a.sql", "COPY t (a) FROM stdin;\nDROP TABLE x;\n'\n\\.\nDROP TABLE y;\n");

    assertThat(command.run("lint", "V1__a.sql")).isEqualTo(1);
    assertThat(command.out())
        .contains("V1__a.sql:5: High DropTable")
        .doesNotContain("V1__a.sql:2:");
  }

  @Test
  void fiveMebibytesOfRowsAreRead() {
    String row = "INSERT INTO t VALUES (1, '%s');\n".formatted("x".repeat(1000));
    command.file("x.sql", row.repeat(5 * 1024 * 1024 / row.length()) + "DROP TABLE t;\n");

    assertThat(command.run("lint", "-o", "out.txt", "x.sql")).isEqualTo(1);
    assertThat(command.err()).contains(" 1 High, ");
  }

  @Test
  void oneStatementOfFiveMebibytesHidesNothingThatFollows() {
    String row = "('%s'),\n".formatted("x".repeat(1000));
    command.file(
        "x.sql",
        "INSERT INTO t VALUES\n"
            + row.repeat(5 * 1024 * 1024 / row.length())
            + "('');\nDROP TABLE t;\n");

    assertThat(command.run("lint", "x.sql")).isEqualTo(1);
    // One line for the verb, 5,211 rows of 1,006 characters, and the last row.
    assertThat(command.out()).contains("x.sql:5214: High DropTable");
  }

  @Test
  void tenThousandStatementsAreJudgedEach() {
    command.file(
        "x.sql",
        String.join(
            "", IntStream.range(0, 10_000).mapToObj("DROP TABLE t%d;\n"::formatted).toList()));

    Assertions.assertThatCode(() -> command.run("lint", "-f", "sarif", "-o", "o", "x.sql"))
        .doesNotThrowAnyException();
    assertThat(command.err()).contains("1 file, 10000 statements: 10000 High");
  }

  @Test
  void aLargeFileIsNotReadWhole() {
    command.file("x.sql", new byte[17 * 1024 * 1024]);

    assertThat(command.run("lint", "x.sql")).isEqualTo(2);
    assertThat(command.out()).startsWith("x.sql:1: Medium FileTooLarge");
  }
}
