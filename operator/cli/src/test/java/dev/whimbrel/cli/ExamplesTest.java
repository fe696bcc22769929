package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The reviews of the project's own examples, to be read by people: would somebody who answers for a
 * database sign them? {@code -Dwhimbrel.generate} writes them anew.
 */
class ExamplesTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final Path GOLDEN = ROOT.resolve("operator/cli/src/test/resources/golden");
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  @Test
  void theExamplesAreReviewed() throws IOException {
    CommandHarness command = new CommandHarness(ROOT);

    int code = command.run("lint", "-f", "markdown", "examples");

    assertThat(code).as("revisions in Python are not analysed").isEqualTo(2);
    compareOrWrite("examples.md", command.out());
  }

  @Test
  void whatAlembicPrintsOfKotoriIsReviewed() throws IOException {
    CommandHarness command =
        new CommandHarness(ROOT).standardInput(Files.readString(GOLDEN.resolve("kotori.sql")));

    int code = command.run("lint", "-f", "markdown", "-");

    assertThat(code).isEqualTo(1);
    compareOrWrite("kotori.md", command.out());
  }

  @Test
  void theSameForATerminal() throws IOException {
    CommandHarness command =
        new CommandHarness(ROOT).standardInput(Files.readString(GOLDEN.resolve("kotori.sql")));

    command.run("lint", "-", "examples/quickstart");

    compareOrWrite("kotori.txt", command.out());
  }

  private static void compareOrWrite(String name, String text) throws IOException {
    if (GENERATE) {
      Files.writeString(GOLDEN.resolve(name), text);
    }
    assertThat(text).isEqualTo(Files.readString(GOLDEN.resolve(name)));
  }
}
