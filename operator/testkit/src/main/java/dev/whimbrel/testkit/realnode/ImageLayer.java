package dev.whimbrel.testkit.realnode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Writes files of this machine as a layer of an image; the same files give the same bytes. */
final class ImageLayer {

  private ImageLayer() {}

  /**
   * Writes the layer.
   *
   * @param layer the tar file
   * @param content what is copied, files or whole folders, by its path in the image
   * @param owner numeric user and group of every file
   */
  static void write(Path layer, Map<String, Path> content, int owner) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new BufferedOutputStream(Files.newOutputStream(layer)), UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Map.Entry<String, Path> tree : new TreeMap<>(content).entrySet()) {
        add(tar, tree.getKey().replaceFirst("^/+", ""), tree.getValue(), owner);
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, String path, Path source, int owner)
      throws IOException {
    for (Path file : files(source)) {
      Path relative = source.relativize(file);
      boolean folder = Files.isDirectory(file);
      String name = relative.toString().isEmpty() ? path : path + "/" + relative;
      TarArchiveEntry entry = new TarArchiveEntry(folder ? name + "/" : name);
      entry.setMode(folder || Files.isExecutable(file) ? 0755 : 0644);
      entry.setIds(owner, owner);
      entry.setModTime(0);
      entry.setSize(folder ? 0 : Files.size(file));
      tar.putArchiveEntry(entry);
      if (!folder) {
        Files.copy(file, tar);
      }
      tar.closeArchiveEntry();
    }
  }

  /** What a Python of this machine has compiled beside the sources is not part of them. */
  private static List<Path> files(Path source) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      return files.filter(file -> !file.toString().contains("__pycache__")).sorted().toList();
    }
  }
}
