package dev.whimbrel.runner.verify;

import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Headers as the kubelet mounts them from a Secret: a file each. Their values are never shown. */
final class HeaderFiles {

  private HeaderFiles() {}

  /**
   * Reads them.
   *
   * @throws StepFailure with reason NoHeaders where there are none, or they cannot be read
   */
  static Map<String, String> read(String check, Path directory) {
    Map<String, String> headers = new TreeMap<>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        // The kubelet keeps the content in hidden folders and links to it.
        for (Path file : files.filter(f -> !f.getFileName().toString().startsWith("..")).toList()) {
          headers.put(
              file.getFileName().toString(),
              Files.readString(file, StandardCharsets.UTF_8).stripTrailing());
        }
      } catch (IOException e) {
        throw missing(check, "cannot be read");
      }
    }
    if (headers.isEmpty()) {
      throw missing(check, "does not exist or has no keys");
    }
    return headers;
  }

  private static StepFailure missing(String check, String why) {
    return StepFailure.permanent(
        "NoHeaders",
        "the Secret that spec.verify.http[\"" + check + "\"].headersFrom names " + why);
  }
}
