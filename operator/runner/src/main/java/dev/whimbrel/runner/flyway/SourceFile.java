package dev.whimbrel.runner.flyway;

import dev.whimbrel.protocol.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * A file of the source.
 *
 * @param configMap the ConfigMap that holds it
 * @param name its key there, which is its file name
 * @param bytes its content; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equality is never asked for, copies would be large
public record SourceFile(String configMap, String name, byte[] bytes) {

  /** The content, which has been checked to be UTF-8. */
  public String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** SHA-256 of the content in hex. */
  public String hash() {
    return Sha256.hex(bytes);
  }

  /** How messages call it. */
  public String place() {
    return "file " + name + " of ConfigMap " + configMap;
  }
}
