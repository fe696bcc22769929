package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LintCommandTest {

  @TempDir private Path folder;
  private CommandHarness command;

  @BeforeEach
  void start() {
    command = new CommandHarness(folder);
  }

  @Test
  void aFindingIsALineThatEditorsJumpTo() {
    command.file("db/V1__a.sql", "SELECT 1;\n\n-- gone for good\nDROP TABLE users;\n");

    int code = command.run("lint", "db");

    assertThat(code).isEqualTo(1);
    assertThat(command.out())
        .startsWith("db/V1__a.sql:4: High DropTable: ")
        .endsWith("1 file, 2 statements: 1 High\n");
  }

  @Test
  void whatALaterScriptMakesIsNotMissed() {
    command.file("db/V1__a.sql", "CREATE TABLE b (a_id int REFERENCES a (id));");

    command.run("lint", "db");
    assertThat(command.out())
        .contains("ForeignKeyWithoutIndex")
        .endsWith("1 file, 1 statement: 2 Low\n");

    command.file("db/V2__b.sql", "CREATE INDEX CONCURRENTLY b_a ON b (a_id);");
    command.run("lint", "db");
    assertThat(command.out()).endsWith("2 files, 2 statements: 1 Low\n");
  }

  @Test
  void theSqlToWriteInsteadFollowsItsFinding() {
    command.file("V1__a.sql", "CREATE INDEX users_email ON users (email);");

    int code = command.run("lint", ".");

    assertThat(code).isZero();
    assertThat(command.out())
        .startsWith("V1__a.sql:1: Medium CreateIndex: ")
        .contains("    instead:\n", "      CREATE INDEX CONCURRENTLY");
  }

  @Test
  void statementsOfOneLineAreTold() {
    command.file(
        "V1__a.sql",
        "CREATE TABLE n (i int); ALTER TABLE t ALTER a TYPE bigint; DROP TABLE y; DROP TABLE y;");

    command.run("lint", ".");

    assertThat(command.out().lines().filter(line -> line.contains("locks: ")))
        .satisfiesExactly(
            line -> assertThat(line).contains("ACCESS EXCLUSIVE on t"),
            line -> assertThat(line).contains("ACCESS EXCLUSIVE on y"),
            line -> assertThat(line).contains("ACCESS EXCLUSIVE on y"));
  }

  @ParameterizedTest
  @CsvSource({
    "SELECT 1, medium, 0",
    "CREATE INDEX i ON t (a), medium, 1",
    "CREATE INDEX i ON t (a), high, 0",
    "DROP TABLE t, high, 1",
    "DROP TABLE t, unsafe, 0",
    "DROP TABLE t, never, 0",
    "DROP TABEL t, high, 2",
    "DROP TABEL t, medium, 1",
    "DROP TABEL t, never, 0",
  })
  void theExitCodeSaysWhatIsFound(String sql, String failOn, int expected) {
    command.file("a.sql", sql + ";");

    assertThat(command.run("lint", "--fail-on", failOn, "a.sql")).isEqualTo(expected);
  }

  @Test
  void highIsWhatFailsByDefault() {
    command.file("medium/a.sql", "CREATE INDEX i ON t (a);");
    command.file("high/a.sql", "DROP TABLE t;");

    assertThat(command.run("lint", "medium")).isZero();
    assertThat(command.run("lint", "high")).isEqualTo(1);
  }

  @Test
  void whatIsNotThereIsWrongUsage() {
    assertThat(command.run("lint", "nowhere")).isEqualTo(2);
    assertThat(command.err()).contains("there is no file or folder nowhere");
  }

  @Test
  void aFolderWithoutMigrationsIsNoSuccess() throws IOException {
    Files.createDirectories(folder.resolve("empty"));

    assertThat(command.run("lint", "empty")).isEqualTo(2);
    assertThat(command.err()).contains("there is nothing to review in empty");
  }

  @Test
  void nothingOnStandardInputIsNoSuccess() {
    assertThat(command.standardInput("\n").run("lint", "-")).isEqualTo(2);
    assertThat(command.err()).contains("standard input is empty");
  }

  @Test
  void wrongUsageExplainsItself() {
    assertThat(command.run("lint", "--format", "html", ".")).isEqualTo(2);
    assertThat(command.err()).contains("--format", "TEXT", "MARKDOWN", "SARIF", "JSON");
  }

  @Test
  void theReviewGoesIntoAFile() throws IOException {
    command.file("a.sql", "DROP TABLE t;");

    int code = command.run("lint", "-f", "json", "-o", "review.json", "a.sql");

    assertThat(code).isEqualTo(1);
    assertThat(command.out()).isEmpty();
    assertThat(command.err()).isEqualTo("whimbrel: review.json: 1 file, 1 statement: 1 High\n");
    assertThat(Files.readString(folder.resolve("review.json"))).contains("\"DropTable\"");
  }

  @Test
  void aFolderThatIsNotThereCannotBeWrittenTo() {
    command.file("a.sql", "SELECT 1;");

    assertThat(command.run("lint", "-o", "no/such/review.txt", "a.sql")).isEqualTo(2);
    assertThat(command.err())
        .isEqualTo("whimbrel: cannot write no/such/review.txt: its folder does not exist\n");
  }

  @Test
  void aScriptIsJudgedAsIfThoseBeforeItHadRun() {
    command.file("V1__a.sql", "CREATE TABLE t (a int);");
    command.file("V2__b.sql", "ALTER TABLE t DROP COLUMN a;");

    assertThat(command.run("lint", ".")).isEqualTo(1);
    assertThat(command.run("lint", "--as-one-plan", ".")).isZero();
  }

  @Test
  void revisionsThatAlembicRunsInOneTransactionAreJudgedTogether() {
    String[] sections = {
      "BEGIN;\n",
      "-- Running upgrade a0 -> a1\n",
      "ALTER TABLE t ADD COLUMN a int;\n",
      "UPDATE alembic_version SET version_num='a1' WHERE alembic_version.version_num = 'a0';\n",
      "-- Running upgrade a1 -> b2\n",
      "CREATE INDEX i ON u (a);\n",
      "UPDATE alembic_version SET version_num='b2' WHERE alembic_version.version_num = 'a1';\n",
      "COMMIT;\n"
    };
    command.standardInput(String.join("\n", sections)).run("lint", "-");
    String apart =
        String.join("\n", sections)
            .replace("-- Running upgrade a1", "COMMIT;\n\nBEGIN;\n\n-- Running upgrade a1");
    CommandHarness other = new CommandHarness(folder).standardInput(apart);
    other.run("lint", "-");

    assertThat(command.out()).contains("HoldsLock");
    assertThat(other.out()).doesNotContain("HoldsLock").contains("CreateIndex");
  }

  @Test
  void whatTheAuthorSaysOfAFindingIsShownWithItsReason() {
    command.file(
        "a.sql", "-- whimbrel:ignore DropTable nobody has written there since 2024\nDROP TABLE t;");

    command.run("lint", "a.sql");

    assertThat(command.out()).contains("Ignored: ", "nobody has written there since 2024");
  }

  @Test
  void coloursAreForTerminalsOnly() {
    command.file("a.sql", "DROP TABLE t;");
    command.run("lint", "a.sql");

    assertThat(command.out()).doesNotContain("\033");
  }

  @Test
  void aRendererThatIsNotThereIsNamed() {
    command.file("alembic.ini", "[alembic]\n");
    command.file("versions/a1.py", "revision = 'a1'\ndown_revision = None\n");

    int code = command.run("lint", "--render-with", "no-such-alembic -x tenant=a", ".");

    assertThat(command.out())
        .contains("`no-such-alembic -x tenant=a upgrade heads --sql` in . cannot be started: ")
        .contains("versions/a1.py:1: Medium NotRendered");
    assertThat(code).isEqualTo(2);
  }

  @Test
  void aRendererThatPrintsNoRevisionIsNotTakenForOneWithoutFindings() {
    command.file("alembic.ini", "[alembic]\n");
    command.file("versions/a1.py", "revision = 'a1'\ndown_revision = None\n");

    int code = command.run("lint", "--render-with", "true", ".");

    assertThat(command.out()).contains("`true upgrade heads --sql` in . printed no revision");
    assertThat(code).isEqualTo(2);
  }
}
