package dev.whimbrel.testkit.google;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Copies and removes a PostgreSQL data directory. */
final class DataDirectory {

  /** Belong to the running process, not to the data. */
  private static final Set<String> RUNTIME_FILES =
      Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

  private DataDirectory() {}

  /**
   * Copies a directory that may change meanwhile: a file that vanishes on the way is left out.
   *
   * @param emptied directories directly below, of which only the directory itself is copied
   */
  static void copy(Path source, Path target, List<String> emptied) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Path copy = target.resolve(source.relativize(directory));
            Files.createDirectories(copy);
            // PostgreSQL refuses a data directory that others can read.
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwx------"));
            boolean leaveEmpty =
                source.equals(directory.getParent())
                    && emptied.contains(directory.getFileName().toString());
            return leaveEmpty ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!RUNTIME_FILES.contains(file.getFileName().toString())) {
              copyFile(file, target.resolve(source.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }
        });
  }

  /** Removes a directory with all that is in it; does nothing where there is none. */
  static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void copyFile(Path file, Path target) throws IOException {
    try {
      Files.copy(file, target);
    } catch (NoSuchFileException e) {
      // Dropped while we walked; the log that is copied last drops it again.
      Files.deleteIfExists(target);
    }
  }
}
