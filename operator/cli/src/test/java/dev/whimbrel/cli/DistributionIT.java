package dev.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the build leaves in {@code target/whimbrel}, as somebody calls it who has only that. */
class DistributionIT {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));

  @TempDir private static Path folder;

  private static Path whimbrel;

  @BeforeAll
  static void linkOnThePath() throws IOException {
    Path built = ROOT.resolve("operator/cli/target/whimbrel").toAbsolutePath().normalize();
    whimbrel = Files.createSymbolicLink(folder.resolve("whimbrel"), built);
  }

  /** JUnit warns of links that lead out of its folder. */
  @AfterAll
  static void removeTheLink() throws IOException {
    Files.delete(whimbrel);
  }

  @Test
  void itRunsByALinkInAnotherFolder() throws Exception {
    Files.writeString(folder.resolve("V1__a b.sql"), "DROP TABLE t;\n");

    Ended lint = run(List.of(whimbrel.toString(), "lint", "V1__a b.sql"));

    assertThat(lint.output())
        .startsWith("V1__a b.sql:1: High DropTable: ")
        .endsWith("1 file, 1 statement: 1 High\n");
    assertThat(lint.code()).isEqualTo(1);
  }

  @Test
  void itReadsAPipeAndPrintsEveryFormat() throws Exception {
    for (String format : List.of("text", "markdown", "sarif", "json")) {
      Ended lint =
          run(
              List.of(
                  "sh",
                  "-c",
                  "echo 'CREATE INDEX i ON t (a);' | '" + whimbrel + "' lint -f " + format + " -"));

      assertThat(lint.output()).as(format).contains("CreateIndex");
      assertThat(lint.code()).as(format).isZero();
    }
  }

  @Test
  void itKnowsItsVersionAndItsOptions() throws Exception {
    assertThat(run(List.of(whimbrel.toString(), "--version")).output())
        .startsWith("whimbrel ")
        .doesNotContain("development");
    assertThat(run(List.of(whimbrel.toString(), "lint", "--help")).output())
        .contains("--fail-on", "--placeholder", "Exit code");
  }

  private static Ended run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(new ArrayList<>(command))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    process.getOutputStream().close();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), output);
  }

  private record Ended(int code, String output) {}
}
