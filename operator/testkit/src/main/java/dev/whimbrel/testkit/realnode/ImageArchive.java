package dev.whimbrel.testkit.realnode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes small images of one layer as archives in the format of {@code docker save}, which every
 * runtime imports.
 */
final class ImageArchive {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ImageArchive() {}

  /**
   * An image.
   *
   * @param reference the name it gets where it is imported
   * @param files paths without a leading slash, and their content; every file is executable
   * @param entrypoint what a container runs
   * @param user numeric user and group
   */
  record Image(String reference, Map<String, byte[]> files, List<String> entrypoint, String user) {}

  /** Writes the archive; the same image gives the same bytes. */
  static void write(Path archive, Image image) throws IOException {
    byte[] layer = tar(new TreeMap<>(image.files()));
    byte[] configuration = JSON.writeValueAsBytes(configuration(image, layer));
    String configurationName = sha256(configuration) + ".json";
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put(configurationName, configuration);
    entries.put("layer.tar", layer);
    entries.put(
        "manifest.json",
        JSON.writeValueAsBytes(
            List.of(
                Map.of(
                    "Config", configurationName,
                    "RepoTags", List.of(image.reference()),
                    "Layers", List.of("layer.tar")))));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive))) {
      out.write(tar(entries));
    }
  }

  private static Map<String, Object> configuration(Image image, byte[] layer) {
    return new TreeMap<>(
        Map.of(
            "architecture",
            architecture(),
            "os",
            "linux",
            "config",
            new TreeMap<>(Map.of("Entrypoint", image.entrypoint(), "User", image.user())),
            "rootfs",
            new TreeMap<>(
                Map.of("type", "layers", "diff_ids", List.of("sha256:" + sha256(layer))))));
  }

  private static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, UTF_8.name())) {
      for (Map.Entry<String, byte[]> file : entries.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        entry.setMode(0100755);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(file.getValue());
        tar.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** The architecture's name in Go's and OCI's spelling. */
  static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> System.getProperty("os.arch");
    };
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
