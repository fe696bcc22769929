package dev.whimbrel.testkit.realnode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes images as archives in the format of {@code docker save}, which every runtime imports. The
 * same layers and settings give the same bytes.
 */
final class ImageArchive {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ImageArchive() {}

  /**
   * An image.
   *
   * @param reference the name it gets where it is imported
   * @param layers tar files, the lowest first
   * @param settings what a container starts with, in the names of the image format: {@code
   *     Entrypoint}, {@code User}, {@code WorkingDir}, {@code Env}
   */
  record Image(String reference, List<Path> layers, Map<String, Object> settings) {}

  /** Writes the archive. */
  static void write(Path archive, Image image) throws IOException {
    List<String> hashes = new ArrayList<>();
    for (Path layer : image.layers()) {
      hashes.add(sha256(layer));
    }
    byte[] configuration = JSON.writeValueAsBytes(configuration(image, hashes));
    String configurationName = sha256(configuration) + ".json";
    List<String> layerNames = hashes.stream().map(hash -> hash + ".tar").toList();
    byte[] manifest =
        JSON.writeValueAsBytes(
            List.of(
                new TreeMap<>(
                    Map.of(
                        "Config", configurationName,
                        "RepoTags", List.of(image.reference()),
                        "Layers", layerNames))));
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(archive));
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, UTF_8.name())) {
      add(tar, configurationName, configuration);
      for (int i = 0; i < layerNames.size(); i++) {
        Path layer = image.layers().get(i);
        begin(tar, layerNames.get(i), Files.size(layer));
        Files.copy(layer, tar);
        tar.closeArchiveEntry();
      }
      add(tar, "manifest.json", manifest);
    }
  }

  private static Map<String, Object> configuration(Image image, List<String> layerHashes) {
    return new TreeMap<>(
        Map.of(
            "architecture",
            architecture(),
            "os",
            "linux",
            "config",
            new TreeMap<>(image.settings()),
            "rootfs",
            new TreeMap<>(
                Map.of(
                    "type",
                    "layers",
                    "diff_ids",
                    layerHashes.stream().map(hash -> "sha256:" + hash).toList()))));
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content)
      throws IOException {
    begin(tar, name, content.length);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void begin(TarArchiveOutputStream tar, String name, long size) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.setMode(0100644);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
  }

  /** The architecture's name in Go's and OCI's spelling. */
  static String architecture() {
    return switch (System.getProperty("os.arch")) {
      case "amd64", "x86_64" -> "amd64";
      case "aarch64", "arm64" -> "arm64";
      default -> System.getProperty("os.arch");
    };
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream content = Files.newInputStream(file);
        OutputStream hashed = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      content.transferTo(hashed);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
