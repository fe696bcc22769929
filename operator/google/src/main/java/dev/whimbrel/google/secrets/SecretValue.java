package dev.whimbrel.google.secrets;

/**
 * What a version holds. Never printed.
 *
 * @param version its number, also where {@code latest} was asked for
 * @param bytes the payload, as its checksum says it is
 */
public record SecretValue(String version, byte[] bytes) {

  @Override
  public String toString() {
    return "SecretValue[version=" + version + ", bytes=***]";
  }
}
