package dev.whimbrel.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.cli.source.UnreadableInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarkdownReportTest {

  @TempDir private Path folder;

  @Test
  void aStatementStandsAboveWhatIsSaidOfIt() throws Exception {
    write("V1__a.sql", "DROP TABLE t;");

    assertThat(markdown())
        .contains("## Migrations: risk **High**\n")
        .contains("| `V1__a.sql` | 1 | High | a moment | DropTable |\n")
        .contains(
            "### `V1__a.sql`: High\n\n"
                + "Line 1:\n\n"
                + "```sql\n"
                + "DROP TABLE t;\n"
                + "```\n\n"
                + "Locks: at most ACCESS EXCLUSIVE on t, for a moment; ACCESS EXCLUSIVE on each"
                + " table that its foreign keys reference, for a moment.\n\n"
                + "- **High** DropTable: ");
  }

  @Test
  void whatIsForbiddenIsSaidFirstAndWithItsFinding() throws Exception {
    write("V1__a.sql", "DROP TABLE t;");

    assertThat(new ReportedFolder(folder).forbidding("DropTable").report(Format.MARKDOWN))
        .contains("## Migrations: risk **High**, **some of it forbidden**\n")
        .contains("  - **Forbidden**: MigrationPolicy production forbids DropTable: ask #data\n");
  }

  @Test
  void noSqlCanLeaveItsFence() throws Exception {
    write("V1__a.sql", "DELETE FROM t WHERE a = '\n```\n# injected';");

    assertThat(markdown())
        .contains("````sql\nDELETE FROM t WHERE a = '\n```\n# injected';\n````\n");
  }

  @Test
  void aLongStatementIsShownByItsBegin() throws Exception {
    write("V1__a.sql", "DELETE FROM t WHERE a IN (\n" + "1,\n".repeat(100) + "1);");

    assertThat(markdown()).contains("1,\n-- … and 72 more lines\n");
  }

  @Test
  void aCommentHasAnEndAndSaysSo() throws Exception {
    for (int i : IntStream.range(0, 400).toArray()) {
      write("V%d__a.sql".formatted(i), "DROP TABLE t%d;".formatted(i));
    }

    assertThat(markdown())
        .hasSizeLessThan(65_536)
        .contains("| … and 200 more | | | |")
        .containsPattern("\\*\\*\\d+ scripts are not shown, for a comment has an end\\*\\*");
  }

  @Test
  void theWayBackIsGradedAndItsOwnDropsAreNoFindings() throws Exception {
    write("V1__a.sql", "ALTER TABLE t ADD COLUMN a int;");
    write("U1__a.sql", "ALTER TABLE t DROP COLUMN a;");
    write("U2__b.sql", "DROP TABLE u;");

    assertThat(markdown())
        .contains("Way back: with loss; one of the two directions discards something.")
        .contains("| `U1__a.sql` (way back) | 1 | Low | a moment | none |")
        .contains("| `U2__b.sql` (way back) | 1 | Low | a moment | UnpairedUndo |");
  }

  private String markdown() throws UnreadableInput, IOException {
    return new ReportedFolder(folder).report(Format.MARKDOWN);
  }

  private void write(String name, String text) throws IOException {
    new ReportedFolder(folder).write(name, text);
  }
}
