package dev.whimbrel.testkit.python;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Python of this machine from which a virtual environment can be made.
 *
 * @param file its executable
 */
record PythonInterpreter(Path file) {

  /** SQLAlchemy 2.0.23 and the drivers of its time have ready-built packages for these only. */
  private static final int OLDEST_MINOR = 9;

  private static final int NEWEST_MINOR = 12;

  private static final String QUESTION =
      "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip; print('pip')";

  /**
   * What a search brought to light.
   *
   * @param found the first that serves
   * @param refused why those before it do not, for a message
   */
  record Search(Optional<PythonInterpreter> found, List<String> refused) {

    /** Why there is none, in one line; empty when there is one. */
    Optional<String> complaint() {
      if (found.isPresent()) {
        return Optional.empty();
      }
      return Optional.of(
          "tests with Alembic need Python 3.%d to 3.%d with venv and pip on the PATH; there is %s"
              .formatted(
                  OLDEST_MINOR,
                  NEWEST_MINOR,
                  refused.isEmpty() ? "none" : String.join(", ", refused)));
    }
  }

  /** Looks through the folders of a PATH: {@code python3} first, then names with a version. */
  static Search onPath(String path) {
    List<String> refused = new ArrayList<>();
    for (Path file : candidates(path)) {
      Optional<String> complaint = complaint(file);
      if (complaint.isEmpty()) {
        return new Search(Optional.of(new PythonInterpreter(file)), refused);
      }
      refused.add(file + " (" + complaint.get() + ")");
    }
    return new Search(Optional.empty(), refused);
  }

  private static List<Path> candidates(String path) {
    Stream<String> names =
        Stream.concat(
            Stream.of("python3"),
            IntStream.rangeClosed(OLDEST_MINOR, NEWEST_MINOR)
                .mapToObj(minor -> "python3." + (NEWEST_MINOR + OLDEST_MINOR - minor)));
    return names
        .flatMap(name ->
            Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .toList();
  }

  private static Optional<String> complaint(Path file) {
    List<String> answer = ask(file);
    if (answer.isEmpty() || !answer.getFirst().matches("\\d+\\.\\d+")) {
      return Optional.of("does not run");
    }
    String version = answer.getFirst();
    int minor = Integer.parseInt(version.substring(version.indexOf('.') + 1));
    if (!version.startsWith("3.") || minor < OLDEST_MINOR || minor > NEWEST_MINOR) {
      return Optional.of("is " + version);
    }
    if (!answer.contains("pip")) {
      return Optional.of(
          "has no venv or no pip; on Debian install python%s-venv".formatted(version));
    }
    return Optional.empty();
  }

  private static List<String> ask(Path file) {
    try {
      Process process =
          new ProcessBuilder(file.toString(), "-I", "-c", QUESTION)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      try (InputStream output = process.getInputStream()) {
        return new String(output.readAllBytes(), UTF_8).lines().toList();
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      // Not a program after all: one that does not serve.
      return List.of();
    }
  }
}
