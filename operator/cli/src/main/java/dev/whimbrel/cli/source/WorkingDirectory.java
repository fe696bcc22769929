package dev.whimbrel.cli.source;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the command was started: names of files are relative to it, so that a report of one machine
 * reads like that of another, and links from it lead to files of a repository.
 *
 * @param path absolute
 */
public record WorkingDirectory(Path path) {

  public WorkingDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /** A path as the user wrote it, absolute. */
  Path resolve(String written) {
    return path.resolve(written).normalize();
  }

  /** How messages call a file or a folder. */
  String name(Path file) {
    if (file.equals(path)) {
      return ".";
    }
    Path shown = file.startsWith(path) ? path.relativize(file) : file;
    return shown.toString().replace(File.separatorChar, '/');
  }

  /** The text of a file. */
  SqlText read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return SqlText.decode(name(file), in.readNBytes(SqlText.LONGEST + 1));
    }
  }
}
