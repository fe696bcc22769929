package dev.whimbrel.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The reference page of the operator's command line, generated from it. */
class OptionsReferenceTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  @Test
  void thePageListsEveryOption() throws IOException {
    Path page = ROOT.resolve("docs/reference/operator.md");
    String expected =
        """
        <!-- Generated from operator/controller; do not edit. -->

        # The operator's command line

        The chart sets these; `helm/whimbrel/values.yaml` is where people set them.

        | option | default | what it does |
        | --- | --- | --- |
        """
            + new CommandLine(new Main())
                .setInterpolateVariables(false).getCommandSpec().options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp())
                    .map(OptionsReferenceTest::row)
                    .sorted()
                    .collect(Collectors.joining());

    if (GENERATE) {
      Files.writeString(page, expected);
    }

    assertThat(Files.exists(page) ? Files.readString(page) : "")
        .as(
            "%s is not up to date; to rewrite it:"
                + " ./mvnw -pl operator/controller -am test -Dwhimbrel.generate",
            ROOT.relativize(page))
        .isEqualTo(expected);
  }

  private static String row(OptionSpec option) {
    return "| `%s` | %s | %s |\n"
        .formatted(
            option.longestName(),
            option.required()
                ? "required"
                : option.defaultValue() == null ? "" : "`" + option.defaultValue() + "`",
            String.join(" ", option.description()));
  }
}
