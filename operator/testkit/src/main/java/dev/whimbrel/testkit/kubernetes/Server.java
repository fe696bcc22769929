package dev.whimbrel.testkit.kubernetes;

import dev.whimbrel.testkit.process.LogTail;
import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One server process of a control plane, with its log and the wait until it serves. */
final class Server implements AutoCloseable {

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);

  private final String name;
  private final Path log;
  private final SupervisedProcess process;

  private Server(String name, Path log, SupervisedProcess process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** Starts the command with its output in {@code logs/NAME.log}. */
  static Server start(String name, List<String> command, Path logs) {
    Path log = logs.resolve(name + ".log");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Server(
        name, log, SupervisedProcess.start(SupervisedProcess.Command.of(command, log)));
  }

  /**
   * Waits until the probe says yes.
   *
   * @throws IllegalStateException when the process ends first or the limit passes, with the end of
   *     its log
   */
  void awaitReady(BooleanSupplier probe, Duration limit) {
    Instant end = Instant.now().plus(limit);
    while (!probe.getAsBoolean()) {
      requireAlive();
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException(
            "%s is not ready after %d s; end of %s:%n%s"
                .formatted(name, limit.toSeconds(), log, LogTail.of(log, 25)));
      }
      pause();
    }
    requireAlive();
  }

  private void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s ended with exit code %d while starting; end of %s:%n%s"
              .formatted(name, process.onExit().join(), log, LogTail.of(log, 25)));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PROBE_INTERVAL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a server", e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  String describe() {
    return process.isAlive()
        ? name + " runs"
        : "%s ended with exit code %d; end of %s:%n%s"
            .formatted(name, process.onExit().join(), log, LogTail.of(log, 10));
  }

  void stop(Duration grace) {
    process.stop(grace);
  }

  @Override
  public void close() {
    process.close();
  }
}
