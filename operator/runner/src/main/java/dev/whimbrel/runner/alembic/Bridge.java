package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.StepFailure;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The way to the tool in the container beside us. Closing it ends the shim there, and the tool if
 * one still runs; that the tool's container is gone is noticed by the end of its answers.
 */
public final class Bridge implements AutoCloseable {

  /** Beyond this a tool is not telling us anything that a plan could hold. */
  private static final long MOST_BYTES = 16L * 1024 * 1024;

  private final BridgeFolder folder;
  private final String image;
  private final Map<Integer, ToolCall> calls = new ConcurrentHashMap<>();
  private final CountDownLatch ready = new CountDownLatch(1);
  private volatile boolean gone;
  private volatile OutputStream requests;
  private int last;

  private Bridge(BridgeFolder folder, String image) {
    this.folder = folder;
    this.image = image;
  }

  /**
   * Opens it.
   *
   * @param image how messages call what the tool's container runs
   * @param patience how long that container may take to begin
   * @throws StepFailure with reason ToolNotStarted where it takes longer
   */
  public static Bridge open(BridgeFolder folder, String image, Duration patience) {
    Bridge bridge = new Bridge(folder, image);
    Thread.ofPlatform().daemon().name("tool").start(bridge::listen);
    try {
      if (bridge.ready.await(patience.toMillis(), TimeUnit.MILLISECONDS) && !bridge.gone) {
        return bridge;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    bridge.giveUp();
    throw StepFailure.transientFailure(
        "ToolNotStarted",
        "container alembic did not begin within "
            + patience.toSeconds()
            + " s; it needs /bin/sh in image "
            + image
            + ": check spec.source.alembic.image and the events of the pod");
  }

  /**
   * Begins a call. One runs at a time.
   *
   * @param command absolute path of the program and its arguments
   * @param exports lines of shell that set its environment
   */
  ToolCall start(List<String> command, List<String> exports) {
    StringBuilder fragment = new StringBuilder();
    exports.forEach(line -> fragment.append(line).append('\n'));
    fragment.append("set --");
    command.forEach(word -> fragment.append(' ').append(quote(word)));
    return begin("run", "sh", fragment.append('\n').toString());
  }

  /** The bytes of a file in the tool's image; empty where it cannot be read. */
  Optional<byte[]> read(String path) {
    ToolCall call = begin("read", "path", path + "\n");
    ToolOutput read =
        call.await(TimeUnit.MINUTES.toMillis(1))
            .orElseThrow(() ->
                StepFailure.transientFailure("ToolGone", "reading " + path + " took too long"));
    return read.succeeded()
        ? Optional.of(bytes(folder.of(call.number(), "out")))
        : Optional.empty();
  }

  private synchronized ToolCall begin(String verb, String extension, String content) {
    ToolCall call = new ToolCall(this, ++last);
    calls.put(call.number(), call);
    try {
      Files.writeString(folder.of(call.number(), extension), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (gone) {
      throw gone();
    }
    request(verb + " " + call.number());
    return call;
  }

  synchronized void request(String line) {
    try {
      requests.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      requests.flush();
    } catch (IOException e) {
      throw gone();
    }
  }

  ToolOutput output(int call, int exit) {
    calls.remove(call);
    return new ToolOutput(exit, text(folder.of(call, "out")), text(folder.of(call, "err")));
  }

  /** How a step ends whose tool's container is gone. */
  StepFailure gone() {
    return StepFailure.transientFailure(
        "ToolGone",
        "container alembic (image "
            + image
            + ") ended before its work: look for an eviction or a kill for memory; what is in, the"
            + " database's history tells");
  }

  /** A word of shell that means exactly this text. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** What is not UTF-8 must not stop us; it shows as such. */
  private static String text(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.exists(file)) {
        return new byte[0];
      }
      if (Files.size(file) > MOST_BYTES) {
        throw StepFailure.permanent(
            "ToolPrintsTooMuch",
            "the tool printed more than "
                + MOST_BYTES / 1024 / 1024
                + " MiB: remove what its migrations print");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opening a FIFO waits for the other side, and so does reading from it. */
  private void listen() {
    try {
      requests = Files.newOutputStream(folder.requests(), StandardOpenOption.WRITE);
      request("hello");
      try (BufferedReader answers =
          new BufferedReader(
              new InputStreamReader(
                  new FileInputStream(folder.answers().toFile()), StandardCharsets.UTF_8))) {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
          hear(line.split(" "));
        }
      }
    } catch (IOException | StepFailure e) {
      // The same as an end of the answers.
    }
    gone = true;
    ready.countDown();
    calls.values().forEach(ToolCall::lost);
  }

  private void hear(String[] words) {
    switch (words[0]) {
      case "ready" -> ready.countDown();
      case "started" -> call(words[1]).started(Long.parseLong(words[2]));
      case "ended" -> call(words[1]).ended(Integer.parseInt(words[2]));
      default -> throw new IllegalStateException("not an answer of the shim: " + words[0]);
    }
  }

  private ToolCall call(String number) {
    ToolCall call = calls.get(Integer.parseInt(number));
    return call == null ? new ToolCall(this, 0) : call;
  }

  /** Frees the thread that waits for somebody at the other end. */
  private void giveUp() {
    for (Path fifo : List.of(folder.requests(), folder.answers())) {
      try {
        // To open it for both never waits.
        new RandomAccessFile(fifo.toFile(), "rw").close();
      } catch (IOException e) {
        // Nobody can wait there.
      }
    }
    close();
  }

  @Override
  public void close() {
    OutputStream open = requests;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        // It is closed either way.
      }
    }
  }
}
