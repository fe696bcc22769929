package dev.whimbrel.testkit.node;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a {@link SimulatedNode} behaves.
 *
 * @param name the name of the Node object
 * @param labels labels of the Node object, for node selectors
 * @param dedicated whether it takes only pods that have a node selector, as if it were tainted
 * @param images what stands in for each image, by its full name
 * @param imageVolumes the folder that stands in for an image used as a volume, by its full name
 * @param directory where pods live; a temporary folder that goes with the node when absent
 * @param heartbeat how often the node renews its lease
 * @param retry how long to wait before trying again what a container or volume still lacks; a
 *     kubelet backs off up to two minutes, a test has no time for that
 * @param clock stamps what the node reports
 */
public record SimulatedNodeOptions(
    String name,
    Map<String, String> labels,
    boolean dedicated,
    Map<String, SimulatedImage> images,
    Map<String, Path> imageVolumes,
    Optional<Path> directory,
    Duration heartbeat,
    Duration retry,
    Clock clock) {

  /** Copies the maps. */
  public SimulatedNodeOptions {
    labels = Map.copyOf(labels);
    images = Map.copyOf(images);
    imageVolumes = Map.copyOf(imageVolumes);
  }

  /** A node with no images yet, a heartbeat every 2 s and retries every second. */
  public static SimulatedNodeOptions named(String name) {
    return new SimulatedNodeOptions(
        name,
        Map.of(),
        false,
        Map.of(),
        Map.of(),
        Optional.empty(),
        Duration.ofSeconds(2),
        Duration.ofSeconds(1),
        Clock.systemUTC());
  }

  /** The same with one more image. */
  public SimulatedNodeOptions withImage(String image, SimulatedImage program) {
    return new SimulatedNodeOptions(
        name,
        labels,
        dedicated,
        with(images, image, program),
        imageVolumes,
        directory,
        heartbeat,
        retry,
        clock);
  }

  /** The same with one more image that can be mounted as a volume. */
  public SimulatedNodeOptions withImageVolume(String image, Path folder) {
    return new SimulatedNodeOptions(
        name,
        labels,
        dedicated,
        images,
        with(imageVolumes, image, folder),
        directory,
        heartbeat,
        retry,
        clock);
  }

  /** The same with one more label. */
  public SimulatedNodeOptions withLabel(String key, String value) {
    return new SimulatedNodeOptions(
        name,
        with(labels, key, value),
        dedicated,
        images,
        imageVolumes,
        directory,
        heartbeat,
        retry,
        clock);
  }

  /** The same with its pods' files in this folder, where they stay for a look. */
  public SimulatedNodeOptions withDirectory(Path folder) {
    return new SimulatedNodeOptions(
        name,
        labels,
        dedicated,
        images,
        imageVolumes,
        Optional.of(folder),
        heartbeat,
        retry,
        clock);
  }

  /** The same for pods that select it only. */
  public SimulatedNodeOptions dedicatedToThoseWhoSelectIt() {
    return new SimulatedNodeOptions(
        name, labels, true, images, imageVolumes, directory, heartbeat, retry, clock);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    Map<String, V> copy = new HashMap<>(map);
    copy.put(key, value);
    return copy;
  }
}
