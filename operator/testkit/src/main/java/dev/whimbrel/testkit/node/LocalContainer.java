package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container as one process of this machine, in a folder that stands for its root. Whoever starts
 * it, a node or a build, says what is mounted and which variables it has.
 */
public final class LocalContainer {

  /** Where programs that know of it find their files. */
  private static final String ROOT_VARIABLE = "WHIMBREL_ROOT";

  private final Path folder;
  private final ContainerRoot root;

  /**
   * A container that is not started yet.
   *
   * @param folder for its root and its log; is made
   */
  public LocalContainer(Path folder) {
    this.folder = folder;
    this.root = new ContainerRoot(folder.resolve("root"));
  }

  ContainerRoot root() {
    return root;
  }

  /** Where a path of the container is on this machine. */
  public Path path(String absolute) {
    return root.path(absolute);
  }

  /** What it has printed. */
  public Path log() {
    return folder.resolve("log");
  }

  /** Lays out its root: folders by the paths where they are mounted, and what its image shows. */
  public void assemble(Map<String, Path> mounts, SimulatedImage image) throws IOException {
    root.assemble(mounts, image.content());
  }

  /**
   * Starts the process.
   *
   * @param command in the place of the image's entrypoint; may be empty
   * @param variables besides those of the image
   * @param directory where it runs; empty for its root
   */
  public SupervisedProcess start(
      SimulatedImage image,
      List<String> command,
      List<String> args,
      Map<String, String> variables,
      Optional<String> directory) {
    Map<String, String> environment = environment(image, variables);
    List<String> line = image.commandLine(command, args);
    if (image.content().isPresent()) {
      line = line.stream().map(root::local).toList();
      environment.replaceAll(this::local);
    }
    return SupervisedProcess.start(
        new SupervisedProcess.Command(
            line, environment, false, Optional.of(local(directory)), log()));
  }

  private Map<String, String> environment(SimulatedImage image, Map<String, String> variables) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", root.folder().toString());
    environment.putAll(image.environment());
    environment.putAll(variables);
    environment.put(ROOT_VARIABLE, root.folder().toString());
    return environment;
  }

  /** Programs of this machine stay within reach after those of the image. */
  private String local(String variable, String value) {
    String local = root.localPaths(value);
    return variable.equals("PATH") && !local.equals(value) ? local + ":" + value : local;
  }

  private Path local(Optional<String> directory) {
    return directory
        .filter(given -> !given.isEmpty())
        .map(root::path)
        .filter(Files::isDirectory)
        .orElse(root.folder());
  }
}
