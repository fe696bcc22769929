package dev.whimbrel.testkit.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  /** The same image with further environment variables. */
  default SimulatedImage withEnvironment(Map<String, String> variables) {
    SimulatedImage image = this;
    Map<String, String> all = new java.util.HashMap<>(environment());
    all.putAll(variables);
    Map<String, String> copy = Map.copyOf(all);
    return new SimulatedImage() {
      @Override
      public List<String> commandLine(List<String> command, List<String> args) {
        return image.commandLine(command, args);
      }

      @Override
      public Map<String, String> environment() {
        return copy;
      }
    };
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return List.copyOf(all);
  }
}
