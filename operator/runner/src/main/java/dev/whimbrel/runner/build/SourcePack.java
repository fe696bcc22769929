package dev.whimbrel.runner.build;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.whimbrel.protocol.Gzip;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.runner.Mounts;
import dev.whimbrel.runner.StepFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The scripts of a Flyway source on their way into a build, which sees no ConfigMap: what the
 * kubelet has mounted in the pod, as variables of the build's runner.
 */
final class SourcePack {

  /** The kernel takes no variable beyond 128 KiB. */
  private static final int CHUNK = 60 * 1024;

  private static final int MOST_CHUNKS = 16;
  private static final String PREFIX = "WHIMBREL_SOURCE_";

  private SourcePack() {}

  /**
   * The files of all sources by their names, a character per byte.
   *
   * @param sources in the order of the spec
   */
  record Sources(List<Map<String, String>> sources) {}

  /**
   * The variables.
   *
   * @param sources how many ConfigMaps are mounted
   * @throws StepFailure where they are too large for a build
   */
  static Map<String, String> pack(Mounts mounts, int sources) {
    Map<String, String> variables = new TreeMap<>();
    String text =
        Base64.getEncoder().encodeToString(Gzip.compress(Json.write(read(mounts, sources))));
    int chunks = (text.length() + CHUNK - 1) / CHUNK;
    if (chunks > MOST_CHUNKS) {
      throw StepFailure.permanent(
          "SourceTooLarge",
          "the scripts are %d KiB when compressed, and a build takes %d KiB: use backend KubernetesJob, or baseline and drop old scripts"
              .formatted(text.length() / 1024, MOST_CHUNKS * CHUNK / 1024));
    }
    for (int i = 0; i < chunks; i++) {
      variables.put(
          PREFIX + (i + 1), text.substring(i * CHUNK, Math.min(text.length(), (i + 1) * CHUNK)));
    }
    return variables;
  }

  /** Lays them out where the kubelet would have mounted them. */
  static void unpack(Map<String, String> environment, Mounts mounts) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 1; environment.containsKey(PREFIX + i); i++) {
      text.append(environment.get(PREFIX + i));
    }
    if (text.isEmpty()) {
      return;
    }
    Sources found =
        Json.read(Gzip.expand(Base64.getDecoder().decode(text.toString())), Sources.class);
    for (int i = 0; i < found.sources().size(); i++) {
      Path folder = Files.createDirectories(mounts.source(i));
      for (Map.Entry<String, String> file : found.sources().get(i).entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue(), ISO_8859_1);
      }
    }
  }

  private static Sources read(Mounts mounts, int sources) {
    List<Map<String, String>> all = new ArrayList<>();
    for (int i = 0; i < sources; i++) {
      Map<String, String> files = new TreeMap<>();
      try (Stream<Path> entries = Files.list(mounts.source(i))) {
        // The kubelet's own links begin with two dots.
        for (Path file : entries.filter(Files::isRegularFile).toList()) {
          files.put(file.getFileName().toString(), Files.readString(file, ISO_8859_1));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.add(files);
    }
    return new Sources(all);
  }
}
