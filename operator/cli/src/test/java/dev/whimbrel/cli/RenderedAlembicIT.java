package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.testkit.python.KotoriExample;
import dev.whimbrel.testkit.python.NeedsPython;
import dev.whimbrel.testkit.python.PythonEnvironment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Alembic renders the example's revisions, and their files are where things are said. */
@NeedsPython
class RenderedAlembicIT {

  private static final String VERSIONS = "backend/migrations/versions/";

  @TempDir Path folder;

  private KotoriExample kotori;
  private CommandHarness command;

  @BeforeEach
  void copy() {
    kotori = KotoriExample.copyTo(folder.resolve("backend"));
    command = new CommandHarness(folder);
  }

  @Test
  void everyRevisionOfAFolderIsJudgedInItsOwnFile() {
    int code = command.run("lint", "--render-with", alembic(), ".");

    assertThat(command.out())
        .contains(VERSIONS + "9d4e61c7f0ab_drop_legacy_tokens_of_shares.py:19: High DropColumn")
        .contains(VERSIONS + "fill_share_state.py:16: High ChangesData")
        .endsWith("8 files, 15 statements: 2 High, 1 Medium, 4 Low\n");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void onlyTheRevisionsThatAreNamedAreJudged() {
    int code =
        command.run(
            "lint",
            "-f",
            "markdown",
            "--render-with",
            alembic(),
            VERSIONS + "9d4e61c7f0ab_drop_legacy_tokens_of_shares.py");

    assertThat(command.out())
        .contains("1 file, 2 statements")
        .contains("Rendered:\n\n```sql\nALTER TABLE shares DROP COLUMN legacy_token;\n```");
    assertThat(code).isEqualTo(1);
  }

  @Test
  void whatFailsIsSaidInTheToolsOwnWordsAndCountsAsNotAnalysed() throws Exception {
    Path broken = folder.resolve(VERSIONS + "broken.py");
    Files.writeString(broken, "revision = 'broken'\ndown_revision = 'not_there'\n");

    int code = command.run("lint", "--render-with", alembic(), "--fail-on", "unsafe", ".");

    assertThat(command.out())
        .contains("upgrade heads --sql` in backend ended with exit code 1: ")
        .contains("not_there")
        .endsWith("9 files, 0 statements: 9 Medium; 9 things not analysed\n");
    assertThat(code).isEqualTo(2);
  }

  /** With the settings that the example's env.py asks for. */
  private String alembic() {
    String settings =
        KotoriExample.secret("postgresql://nobody@localhost/none").entrySet().stream()
            .map(setting ->
                setting.getKey().toUpperCase(Locale.ROOT).replace('-', '_')
                    + "="
                    + setting.getValue().replace(" ", "-"))
            .collect(Collectors.joining(" "));
    return "env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="
        + kotori.backend()
        + " "
        + settings
        + " "
        + PythonEnvironment.obtain().alembic();
  }
}
