package dev.whimbrel.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The reference page of the reasons of Events: the words are those of the code, what they mean is
 * written in {@code events.txt}, one line each.
 */
class EventsReferenceTest {

  /** A call that announces; its arguments may hold calls, two deep. */
  private static final Pattern ANNOUNCES =
      Pattern.compile(
          "\\b(?:enter|begin|rest|Announce|Failed|failed|planAgain)"
              + "\\((?<arguments>(?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*)\\)");

  private static final Pattern WORD = Pattern.compile("\"(?<word>[A-Z][A-Za-z]+)\"");

  /** States of a plan stand beside the reasons in some of these calls. */
  private static final Set<String> NOT_REASONS =
      Set.of("Applied", "Failed", "Superseded", "Unresolved", "Permanent", "Transient");

  private record Row(String reason, String when, String advice) {}

  private record Section(String title, List<Row> rows) {}

  @Test
  void thePageExplainsEveryReason() throws IOException {
    List<Section> sections = sections();
    Set<String> described =
        sections.stream()
            .flatMap(section -> section.rows().stream())
            .map(Row::reason)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(described)
        .as("a reason that the engine announces needs a line in events.txt")
        .containsAll(announced());
    assertThat(wordsOf("engine", "runner", "google"))
        .as("a line of events.txt is about a reason that no code has any more")
        .containsAll(described);
    new ReferencePage("events.md").mustBe(page(sections));
  }

  private static String page(List<Section> sections) {
    return """
    <!-- Generated from operator/controller; do not edit. -->

    # Reasons of Events

    Events are on the DatabaseMigration or the DatabaseRestore: `kubectl describe dbm NAME`. The same words are the reasons of its
    conditions and of the runs in `status.history`. The message always says what happened, to which object,
    and what to do next; a Warning means that the run waits for a person. A Job may find more than is listed
    here.
    """
        + sections.stream()
            .map(section ->
                "\n## "
                    + section.title()
                    + "\n\n| reason | when | what to do |\n| --- | --- | --- |\n"
                    + section.rows().stream()
                        .map(row ->
                            "| `%s` | %s | %s |\n"
                                .formatted(row.reason(), row.when(), row.advice()))
                        .collect(Collectors.joining()))
            .collect(Collectors.joining());
  }

  private static List<Section> sections() throws IOException {
    List<Section> sections = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("src/test/resources/events.txt"))) {
      if (line.startsWith("# ")) {
        sections.add(new Section(line.substring(2), new ArrayList<>()));
      } else if (!line.isBlank()) {
        String[] cells = line.split(" \\| ", 3);
        sections.getLast().rows().add(new Row(cells[0], cells[1], cells[2]));
      }
    }
    return sections;
  }

  private static Set<String> announced() {
    Set<String> reasons = new TreeSet<>();
    for (String source : sources("engine")) {
      Matcher calls = ANNOUNCES.matcher(source);
      while (calls.find()) {
        reasons.addAll(words(calls.group("arguments")));
      }
    }
    reasons.removeAll(NOT_REASONS);
    return reasons;
  }

  private static Set<String> wordsOf(String... modules) {
    return Stream.of(modules)
        .flatMap(module -> sources(module).stream())
        .flatMap(source -> words(source).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> words(String source) {
    return WORD.matcher(source).results().map(found -> found.group(1)).collect(Collectors.toSet());
  }

  private static List<String> sources(String module) {
    Path folder = ReferencePage.root().resolve("operator/" + module + "/src/main/java");
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(EventsReferenceTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
