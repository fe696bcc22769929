package dev.whimbrel.testkit.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Deletes and copies folders with all that is in them. */
public final class FolderTree {

  private FolderTree() {}

  /** Deletes the folder, if there is one; links are deleted, not followed. */
  public static void delete(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Gone already, by its own process perhaps: that is what was wanted.
      return;
    }
  }

  /**
   * Copies what is in a folder into another, which is made where it is missing; links stay links.
   */
  public static void copy(Path source, Path target) throws IOException {
    Path root = source.toRealPath();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(root.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
