package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.files.FolderTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A volume whose files change all at once, laid out as a kubelet does it: files are links into
 * {@code ..data}, which is itself a link to a versioned folder and is replaced by one rename.
 */
final class AtomicFolder {

  private static final String DATA = "..data";

  private final Path folder;
  private Map<String, Content> current = Map.of();
  private int version;

  AtomicFolder(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
  }

  /**
   * One file.
   *
   * @param bytes what is in it
   * @param mode permission bits, such as 0644
   */
  record Content(byte[] bytes, int mode) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Content(byte[] otherBytes, int otherMode)
          && mode == otherMode
          && Arrays.equals(bytes, otherBytes);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(bytes) + mode;
    }
  }

  /** Makes the folder hold exactly these files, by relative path; does nothing if it does. */
  void replace(Map<String, Content> files) throws IOException {
    if (files.equals(current) && Files.exists(folder.resolve(DATA))) {
      return;
    }
    Path previous = folder.resolve(versioned(version));
    version++;
    Path next = Files.createDirectory(folder.resolve(versioned(version)));
    for (Map.Entry<String, Content> file : files.entrySet()) {
      write(next.resolve(file.getKey()), file.getValue());
    }
    Path link = folder.resolve("..data_tmp");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, next.getFileName());
    Files.move(link, folder.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    link(roots(files.keySet()));
    current = new HashMap<>(files);
    if (Files.exists(previous)) {
      FolderTree.delete(previous);
    }
  }

  private void link(Set<String> names) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.startsWith("..") && !names.contains(name)) {
          Files.delete(entry);
        }
      }
    }
    for (String name : names) {
      Path entry = folder.resolve(name);
      if (!Files.exists(entry, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(entry, Path.of(DATA, name));
      }
    }
  }

  private static void write(Path file, Content content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, content.bytes());
    Files.setPosixFilePermissions(file, permissions(content.mode()));
  }

  private static Set<String> roots(Set<String> paths) {
    Set<String> roots = new HashSet<>();
    paths.forEach(path -> roots.add(Path.of(path).getName(0).toString()));
    return roots;
  }

  private static String versioned(int version) {
    return "..version-" + version;
  }

  /** Owner, group and others, from the highest bit down, as the enum lists them. */
  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> permissions = new HashSet<>();
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (1 << (all.length - 1 - bit))) != 0) {
        permissions.add(all[bit]);
      }
    }
    return permissions;
  }
}
