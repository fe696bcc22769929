package dev.whimbrel.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A page of {@code docs/reference} that is generated from this module's code.
 *
 * @param name of the file
 */
public record ReferencePage(String name) {

  private static final Path ROOT = Path.of(System.getProperty("whimbrel.root", "../.."));
  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  /** The repository. */
  public static Path root() {
    return ROOT;
  }

  /** Fails where the page is another one; with {@code -Dwhimbrel.generate} rewrites it first. */
  public void mustBe(String expected) throws IOException {
    Path page = ROOT.resolve("docs/reference").resolve(name);
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
}
