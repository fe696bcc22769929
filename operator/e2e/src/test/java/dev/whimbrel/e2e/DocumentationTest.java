package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation points at exists. */
class DocumentationTest {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final Pattern CODE = Pattern.compile("`[^`\n]*`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern CODED_PATH =
      Pattern.compile("`((?:docs|helm|examples|operator|crds|\\.ci|\\.github|\\.mvn)/[^`*<> ]+)`");
  private static final Pattern REASON_ROW = Pattern.compile("(?m)^\\| ([A-Z][A-Za-z, ]+) \\| ");
  private static final Pattern REASON = Pattern.compile("[A-Z][A-Za-z]+");

  /** A finding that is made of literals: the first argument, which may choose between two. */
  private static final Pattern FINDING =
      Pattern.compile("new Finding\\(\\s*([^,;]*\"[A-Z][A-Za-z]+\"[^,;]*),");

  private static final Pattern LITERAL = Pattern.compile("\"([A-Z][A-Za-z]+)\"");

  private static final Pattern NAMED_TEST =
      Pattern.compile("`([A-Z][A-Za-z]+(?:IT|Test)(?:\\.[a-z][A-Za-z]+)?)`");

  /** Phases have rows of their own. */
  private static final List<String> PHASES = List.of("Failed", "Rejected", "Unresolved");

  @Test
  void everyLinkAndPathLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      LINK.matcher(CODE.matcher(text).replaceAll(""))
          .results()
          .map(match -> match.group(1))
          .filter(target -> !target.contains(":"))
          .filter(target -> !Files.exists(page.resolveSibling(target)))
          .forEach(target -> broken.add(ROOT.relativize(page) + " -> " + target));
      CODED_PATH
          .matcher(text)
          .results()
          .map(match -> match.group(1))
          .filter(target -> !target.contains("/target/") && !target.contains("NNNN"))
          .filter(target -> !Files.exists(ROOT.resolve(target)))
          .forEach(target -> broken.add(ROOT.relativize(page) + " -> " + target));
    }

    assertThat(broken).isEmpty();
  }

  @Test
  void everyReasonThatIsExplainedIsGivenSomewhere() throws IOException {
    String sources = sources();
    List<String> explained =
        Stream.of("docs/recover.md", "docs/approve.md")
            .map(ROOT::resolve)
            .flatMap(page -> REASON_ROW.matcher(read(page)).results())
            .flatMap(row -> REASON.matcher(row.group(1)).results())
            .map(match -> match.group())
            .filter(word -> !PHASES.contains(word))
            .toList();

    assertThat(explained).hasSizeGreaterThan(30);
    assertThat(explained.stream().filter(reason -> !sources.contains('"' + reason + '"')))
        .as("reasons that no code gives")
        .isEmpty();
  }

  /** Those of the analysis are an enum, and a test of its own holds each to its page. */
  @Test
  void everyFindingOfTheOperatorHasAPage() throws IOException {
    List<String> named;
    try (Stream<Path> files = Files.walk(ROOT.resolve("operator/engine/src/main/java"))) {
      named =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(DocumentationTest::read)
              .flatMap(text -> FINDING.matcher(text).results())
              .flatMap(found -> LITERAL.matcher(found.group(1)).results())
              .map(found -> found.group(1))
              .toList();
    }

    assertThat(named).hasSizeGreaterThan(3);
    assertThat(named)
        .filteredOn(rule -> !Files.exists(ROOT.resolve("docs/rules/" + rule + ".md")))
        .isEmpty();
  }

  @Test
  void everyTestThatAGuaranteeNamesExists() throws IOException {
    List<String> named =
        NAMED_TEST
            .matcher(read(ROOT.resolve("docs/guarantees.md")))
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();

    List<String> missing = new ArrayList<>();
    for (String test : named) {
      String[] parts = test.split("\\.");
      if (testSource(parts[0])
          .filter(text -> parts.length == 1 || text.contains("void " + parts[1] + "("))
          .isEmpty()) {
        missing.add(test);
      }
    }

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(missing).isEmpty();
  }

  private static Optional<String> testSource(String name) throws IOException {
    try (Stream<Path> files = Files.walk(ROOT.resolve("operator"))) {
      return files
          .filter(file -> file.toString().contains("/src/test/java/"))
          .filter(file -> file.getFileName().toString().equals(name + ".java"))
          .findFirst()
          .map(DocumentationTest::read);
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String top : List.of("README.md", "CONTRIBUTING.md")) {
      if (Files.exists(ROOT.resolve(top))) {
        pages.add(ROOT.resolve(top));
      }
    }
    try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static String sources() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String module : List.of("engine", "runner", "controller", "google", "analysis")) {
      try (Stream<Path> files =
          Files.walk(ROOT.resolve("operator").resolve(module).resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(file -> text.append(read(file)));
      }
    }
    return text.toString();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
