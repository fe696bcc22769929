package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a container leaves as its last word, with a kubelet's limits. */
final class TerminationMessage {

  /** A kubelet reads no more than this from the end of the file. */
  private static final int FILE_LIMIT = 4096;

  /** All containers of a pod share this; a kubelet cuts the rest off. */
  private static final int POD_LIMIT = 12 * 1024;

  private static final int LOG_LINES = 80;
  private static final int LOG_LIMIT = 2048;

  private TerminationMessage() {}

  /**
   * The message of an ended container.
   *
   * @param file the termination message file, which need not exist
   * @param log the container's log
   * @param containersInPod how many containers, init containers included, share the pod's limit
   */
  static String read(Container container, Path file, Path log, int exitCode, int containersInPod) {
    try {
      String message = Files.isRegularFile(file) ? tail(file, FILE_LIMIT) : "";
      if (message.isEmpty()
          && exitCode != 0
          && "FallbackToLogsOnError".equals(container.getTerminationMessagePolicy())) {
        List<String> lines = tail(log, LOG_LIMIT).lines().toList();
        message =
            String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
      }
      return cut(message, POD_LIMIT / Math.max(1, containersInPod));
    } catch (IOException e) {
      return "Error on reading termination log " + file + ": " + e.getMessage();
    }
  }

  private static String tail(Path file, int limit) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "r")) {
      int length = (int) Math.min(limit, content.length());
      content.seek(content.length() - length);
      byte[] bytes = new byte[length];
      content.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static String cut(String text, int limit) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return bytes.length <= limit ? text : new String(bytes, 0, limit, StandardCharsets.UTF_8);
  }
}
