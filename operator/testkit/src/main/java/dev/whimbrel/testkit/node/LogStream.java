package dev.whimbrel.testkit.node;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.util.Map;

/** Copies a container's log: what is there, and with {@code follow} what comes, to its end. */
final class LogStream {

  private static final int POLL_MILLIS = 25;
  private static final int CHUNK = 64 * 1024;

  private final ContainerRun run;
  private final boolean follow;
  private final long tailLines;
  private final long limitBytes;

  LogStream(ContainerRun run, Map<String, String> query) {
    this.run = run;
    this.follow = Boolean.parseBoolean(query.get("follow"));
    this.tailLines = Long.parseLong(query.getOrDefault("tailLines", "-1"));
    this.limitBytes = Long.parseLong(query.getOrDefault("limitBytes", "" + Long.MAX_VALUE));
  }

  void copyTo(OutputStream out) throws IOException, InterruptedException {
    try (RandomAccessFile log = new RandomAccessFile(run.log().toFile(), "r")) {
      log.seek(tailLines < 0 ? 0 : startOfTail(log));
      long left = limitBytes;
      while (left > 0) {
        // Asked before reading: what was written before the end is then surely read.
        boolean ended = !run.running();
        long copied = copyAvailable(log, out, left);
        left -= copied;
        if (copied == 0) {
          if (ended || !follow) {
            return;
          }
          Thread.sleep(POLL_MILLIS);
        }
      }
    }
  }

  private static long copyAvailable(RandomAccessFile log, OutputStream out, long limit)
      throws IOException {
    byte[] buffer = new byte[CHUNK];
    int read = log.read(buffer, 0, (int) Math.min(CHUNK, limit));
    if (read <= 0) {
      return 0;
    }
    out.write(buffer, 0, read);
    out.flush();
    return read;
  }

  /** Walks back over line ends; the newline that ends the file starts no line. */
  private long startOfTail(RandomAccessFile log) throws IOException {
    long length = log.length();
    if (tailLines == 0) {
      return length;
    }
    long lines = 0;
    for (long position = length - 2; position >= 0; position--) {
      log.seek(position);
      if (log.read() == '\n' && ++lines == tailLines) {
        return position + 1;
      }
    }
    return 0;
  }
}
