package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A plan as {@code kubectl describe} prints it, up to its status, with what differs from run to run
 * replaced. With {@code -Dwhimbrel.generate} the golden file is written.
 */
record DescribedPlan(String text) {

  private static final boolean GENERATE =
      !List.of("", "false").contains(System.getProperty("whimbrel.generate", "false"));

  /** What the database happens to be like: other tests look at that. */
  private static final Pattern BELOW =
      Pattern.compile("^  (Facts|Relations):\\n(?:    .*\\n)+", Pattern.MULTILINE);

  private static final Pattern STATUS = Pattern.compile("^Status:", Pattern.MULTILINE);

  static DescribedPlan of(String printed, String name) {
    String spec = BELOW.matcher(STATUS.split(printed, 2)[0]).replaceAll("  $1:\n    ...\n");
    return new DescribedPlan(
        spec.replace(name, "PLAN")
            .replaceAll("sha256:[0-9a-f]{64}", "sha256:HASH")
            .replaceAll("\\b[0-9a-f]{64}\\b", "HASH")
            .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "UID")
            .replaceAll("\\b\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll(
                "(Oid|Checksum|System Identifier|Generation|Resource Version): +-?\\d+", "$1: N")
            .replaceAll("(whimbrel.dev/content=)\\S+", "$1CONTENT")
            .replaceAll("\\b(story)-[0-9a-z-]+", "$1")
            .replaceAll("\\bstory_[0-9a-z]+\\b", "DATABASE")
            .replaceAll("\\b[0-9.,]+ (bytes|kB|KB|KiB|MB|rows)\\b", "N $1")
            .replaceAll("(?m) +$", ""));
  }

  void is(String golden) {
    Path file = Path.of("src/test/resources").resolve(golden);
    try {
      if (GENERATE) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
      }
      assertThat(text).isEqualTo(Files.exists(file) ? Files.readString(file) : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
