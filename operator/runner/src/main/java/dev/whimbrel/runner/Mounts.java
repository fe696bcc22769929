package dev.whimbrel.runner;

import dev.whimbrel.protocol.RunnerInput;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where the kubelet mounts what the runner reads and writes; below another root on a simulated
 * node.
 *
 * @param root the root of all paths
 */
public record Mounts(Path root) {

  /** Environment variable with another root than {@code /}. */
  public static final String ROOT_VARIABLE = "WHIMBREL_ROOT";

  /** The mounts of this process. */
  public static Mounts of(Map<String, String> environment) {
    return new Mounts(Path.of(environment.getOrDefault(ROOT_VARIABLE, "/")));
  }

  /** The directory of the source ConfigMap with this index in the spec. */
  public Path source(int index) {
    return below(RunnerInput.SOURCE_DIRECTORY).resolve(String.valueOf(index));
  }

  /** The headers of the HTTP check with this index in the spec: a file each. */
  public Path headers(int index) {
    return below(RunnerInput.HEADER_DIRECTORY).resolve(String.valueOf(index));
  }

  /** The pod's annotations, as the downward API writes them. */
  public Path annotations() {
    return below(RunnerInput.ANNOTATIONS_FILE);
  }

  /** Where the result goes. */
  public Path terminationLog() {
    return below(RunnerInput.TERMINATION_LOG);
  }

  /** Where a path of the container is. */
  public Path below(String absolute) {
    return root.resolve(absolute.substring(1));
  }
}
