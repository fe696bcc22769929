package dev.whimbrel.quickstart.stage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The folder of all temporary files of this JVM, whoever writes them: when it goes, nothing is left
 * behind, not even by what was interrupted before it could tidy up.
 */
final class Workspace implements AutoCloseable {

  private static final String PROPERTY = "java.io.tmpdir";

  /** What was interrupted may write a moment longer. */
  private static final int ATTEMPTS = 50;

  private static final long PAUSE_MILLIS = 100;

  private final Path folder;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  /** Creates it. Called first of all: the JDK reads the property once. */
  static Workspace create() {
    Path folder =
        Path.of(System.getProperty(PROPERTY))
            .resolve(
                "whimbrel-quickstart-" + ProcessHandle.current().pid() + "-" + Passwords.random());
    try {
      Files.createDirectory(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to the folder of temporary files", e);
    }
    System.setProperty(PROPERTY, folder.toString());
    return new Workspace(folder);
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    for (int attempt = 1; Files.exists(folder); attempt++) {
      try {
        delete();
      } catch (IOException | UncheckedIOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Somebody else was faster with a part of it: once more.
      return;
    }
  }
}
