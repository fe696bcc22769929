package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LogDocumentTest {

  @Test
  void isFoundBetweenOtherLinesOfALog() {
    List<String> lines = LogDocument.lines("{\"plan\":\"ä\"}");

    String log = "before\n" + String.join("\nbetween\n", lines) + "\nafter\n";

    assertThat(LogDocument.find(log)).contains("{\"plan\":\"ä\"}");
  }

  @Test
  void isCutIntoLinesThatAKubeletKeepsWhole() {
    String document = incompressible(100_000);

    List<String> lines = LogDocument.lines(document);

    assertThat(lines).hasSizeGreaterThan(1).allMatch(line -> line.length() < 16 * 1024);
    assertThat(LogDocument.find(String.join("\n", lines))).contains(document);
  }

  @Test
  void isNotFoundWhenALineIsMissing() {
    List<String> lines = LogDocument.lines(incompressible(100_000));

    assertThat(LogDocument.find(String.join("\n", lines.subList(1, lines.size())))).isEmpty();
  }

  @Test
  void isNotFoundWhenItIsNotTheOneThatTheResultDescribes() {
    String log = String.join("\n", LogDocument.lines("one"));

    assertThat(LogDocument.find(log, LogDocument.describe("one"))).contains("one");
    assertThat(LogDocument.find(log, LogDocument.describe("two"))).isEmpty();
  }

  @Test
  void isNotFoundWhenItsTextIsDamaged() {
    String line = LogDocument.lines("one").getFirst();

    assertThat(LogDocument.find(line.substring(0, line.length() - 6))).isEmpty();
  }

  @Test
  void aPlanAndChecksInOneLogAreToldApart() {
    List<String> lines = new ArrayList<>(LogDocument.lines("the plan"));
    lines.addAll(LogDocument.lines(LogDocument.Kind.CHECKS, "the checks"));

    String log = String.join("\n", lines);

    assertThat(LogDocument.find(log)).contains("the plan");
    assertThat(LogDocument.find(LogDocument.Kind.CHECKS, log)).contains("the checks");
    assertThat(lines.stream().filter(LogDocument::isLine)).hasSize(1);
  }

  private static String incompressible(int length) {
    return new Random(7)
        .ints(length, 'a', 'z' + 1)
        .mapToObj(c -> String.valueOf((char) c))
        .collect(Collectors.joining());
  }
}
