package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a container sees as its root: a folder of links to its volumes and to what its image shows.
 *
 * @param folder the folder that stands for {@code /}
 */
record ContainerRoot(Path folder) {

  /** Lays out mounts, the image's content around them and an empty termination message. */
  void assemble(
      Container container,
      PodVolumes volumes,
      Map<String, String> variables,
      Optional<Path> content,
      String terminationMessagePath)
      throws IOException {
    Files.createDirectories(folder);
    Map<String, Path> mounts = new HashMap<>();
    for (VolumeMount mount : container.getVolumeMounts()) {
      mounts.put(mount.getMountPath(), source(volumes.path(mount.getName()), mount, variables));
    }
    mount(mounts);
    Path message = path(terminationMessagePath);
    Files.createDirectories(message.getParent());
    Files.deleteIfExists(message);
    Files.createFile(message);
    if (content.isPresent()) {
      show(content.get(), folder, ownFolders());
    }
  }

  /** Lays out folders by the paths where they are mounted, and the image's content around them. */
  void assemble(Map<String, Path> mounts, Optional<Path> content) throws IOException {
    Files.createDirectories(folder);
    mount(mounts);
    if (content.isPresent()) {
      show(content.get(), folder, ownFolders());
    }
  }

  /** Where a path of the container is on this machine. */
  Path path(String absolute) {
    return folder.resolve(absolute.replaceFirst("^/+", "")).normalize();
  }

  /**
   * The word as it stands, or where it is on this machine when it is a path that exists in here.
   */
  String local(String word) {
    return inHere(word) ? path(word).toString() : word;
  }

  /** A value that consists of such paths, as PYTHONPATH does, with each of them replaced. */
  String localPaths(String value) {
    String[] paths = value.split(":");
    return Stream.of(paths).allMatch(ContainerRoot::isPath)
        ? Stream.of(paths).map(this::local).collect(Collectors.joining(":"))
        : value;
  }

  private boolean inHere(String word) {
    return isPath(word) && !path(word).equals(folder) && Files.exists(path(word));
  }

  private static boolean isPath(String word) {
    return word.startsWith("/") && !word.startsWith("//");
  }

  /** Outer paths first, so that a mount inside another one lands in it. */
  private void mount(Map<String, Path> mounts) throws IOException {
    List<String> outerFirst =
        mounts.keySet().stream().sorted(Comparator.comparing(String::length)).toList();
    for (String mountPath : outerFirst) {
      Path link = path(mountPath);
      Files.createDirectories(link.getParent());
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, mounts.get(mountPath));
      }
    }
  }

  private static Path source(Path volume, VolumeMount mount, Map<String, String> variables)
      throws IOException {
    String expression = mount.getSubPathExpr();
    String subPath =
        expression == null || expression.isEmpty()
            ? mount.getSubPath()
            : VariableExpansion.expand(expression, variables);
    if (subPath == null || subPath.isEmpty()) {
      return volume;
    }
    Path source = volume.resolve(subPath);
    if (!Files.exists(source)) {
      Files.createDirectories(source);
    }
    return source;
  }

  /** The folders made for the sake of a mount or the message: here image and mounts mix. */
  private Set<Path> ownFolders() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Links what the image has in this folder; a mount hides what it has there. */
  private static void show(Path content, Path target, Set<Path> ownFolders) throws IOException {
    try (Stream<Path> entries = Files.list(content)) {
      for (Path entry : entries.toList()) {
        Path shown = target.resolve(entry.getFileName());
        if (ownFolders.contains(shown) && Files.isDirectory(entry)) {
          show(entry, shown, ownFolders);
        } else if (!Files.exists(shown, LinkOption.NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(shown, entry);
        }
      }
    }
  }
}
