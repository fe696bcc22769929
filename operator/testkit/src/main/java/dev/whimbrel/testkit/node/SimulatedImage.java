package dev.whimbrel.testkit.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands in for a container image: it turns a container's command into a local one. */
@FunctionalInterface
public interface SimulatedImage {

  /**
   * The local command line.
   *
   * @param command the container's {@code command}, empty when it has none
   * @param args the container's {@code args}
   */
  List<String> commandLine(List<String> command, List<String> args);

  /** What the image sets by {@code ENV}; the container's own variables win. */
  default Map<String, String> environment() {
    return Map.of();
  }

  /**
   * The folder whose entries a container finds in its root, beside its mounts. Where there is one,
   * words of the command line and values of variables (HOME, PYTHONPATH) that name a path in the
   * container are replaced by where it is on this machine.
   */
  default Optional<Path> content() {
    return Optional.empty();
  }

  /**
   * An image that holds one program: whatever the container's {@code command} calls it, the local
   * program is run, followed by the container's {@code args}.
   */
  static SimulatedImage program(String... program) {
    return program(List.of(program));
  }

  /** Like {@link #program(String...)}. */
  static SimulatedImage program(List<String> program) {
    List<String> prefix = List.copyOf(program);
    return (command, args) -> joined(prefix, args);
  }

  /**
   * An image with an entrypoint: a container's {@code command} replaces it, as in Kubernetes, and
   * is then run on this machine as it stands.
   */
  static SimulatedImage entrypoint(String... entrypoint) {
    List<String> own = List.of(entrypoint);
    return (command, args) -> joined(command.isEmpty() ? own : command, args);
  }

  /**
   * An image made of files, as a user builds one: a container finds the entries of the folder in
   * its root and runs its {@code command}, a program of the folder where there is such a path and
   * else of this machine, say {@code /bin/sh}. Nothing is copied: what a container writes below an
   * entry it writes into the folder.
   */
  static SimulatedImage folder(Path folder) {
    return new Composed(entrypoint(), Map.of(), Optional.of(folder.toAbsolutePath()));
  }

  /** The same image with further environment variables. */
  default SimulatedImage withEnvironment(Map<String, String> variables) {
    Map<String, String> all = new HashMap<>(environment());
    all.putAll(variables);
    return new Composed(this, Map.copyOf(all), content());
  }

  /**
   * Another image's commands, with variables and files.
   *
   * @param commands the other image
   * @param environment all the variables
   * @param content as in {@link SimulatedImage#content()}
   */
  record Composed(SimulatedImage commands, Map<String, String> environment, Optional<Path> content)
      implements SimulatedImage {

    @Override
    public List<String> commandLine(List<String> command, List<String> args) {
      return commands.commandLine(command, args);
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
