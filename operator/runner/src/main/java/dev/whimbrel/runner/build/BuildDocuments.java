package dev.whimbrel.runner.build;

import dev.whimbrel.protocol.Gzip;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Sha256;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The long documents that a runner prints (a plan, the results of checks), on their way out of a
 * build: compressed, and cut into as many parts as there are steps that carry one each.
 */
final class BuildDocuments {

  /** How many parts a build of steps that plan can carry. */
  static final int PARTS = 8;

  /** Cloud Build keeps the first 50 KB of an output. */
  static final int PART_BYTES = 48 * 1024;

  private BuildDocuments() {}

  /** The id of the step that carries a part, from 1. */
  static String step(int part) {
    return "document-" + part;
  }

  /** As one run of bytes. */
  static byte[] pack(List<String> lines) {
    return Gzip.compress(String.join("\n", lines));
  }

  /** Length and hash of what was packed. */
  static RunnerResult.Document describe(byte[] packed) {
    return new RunnerResult.Document(packed.length, Sha256.hex(packed));
  }

  /** A part of what was packed, from 1; empty beyond its end. */
  static byte[] part(byte[] packed, int part) {
    int from = Math.min(packed.length, (part - 1) * PART_BYTES);
    return Arrays.copyOfRange(packed, from, Math.min(packed.length, from + PART_BYTES));
  }

  /**
   * The lines again, from the outputs of the steps.
   *
   * @throws IllegalArgumentException where parts are missing or are not what was packed
   */
  static List<String> unpack(Map<String, byte[]> outputs, RunnerResult.Document expected) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int part = 1; part <= PARTS; part++) {
      packed.writeBytes(outputs.getOrDefault(step(part), new byte[0]));
    }
    if (!describe(packed.toByteArray()).equals(expected)) {
      throw new IllegalArgumentException(
          "of %d bytes of documents %d came out of the build"
              .formatted(expected.length(), packed.size()));
    }
    return Gzip.expand(packed.toByteArray()).lines().toList();
  }
}
