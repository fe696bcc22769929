package dev.whimbrel.controller;

import java.io.IOException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The reference page of the operator's command line, generated from it. */
class OptionsReferenceTest {

  @Test
  void thePageListsEveryOption() throws IOException {
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

    new ReferencePage("operator.md").mustBe(expected);
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
