package dev.whimbrel.testkit.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Runs a program of this machine to its end; it does not outlive this JVM. */
public final class HostCommand {

  private static final int SHOWN_LINES = 20;

  private HostCommand() {}

  /** Runs the command with its output appended to {@code log}; returns its exit code. */
  public static int run(Path directory, Path log, List<String> command) {
    try (SupervisedProcess process =
        SupervisedProcess.start(SupervisedProcess.Command.of(command, log).in(directory))) {
      return process.onExit().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for " + command.getFirst(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
    }
  }

  /**
   * Runs the command.
   *
   * @throws IllegalStateException when its exit code is not 0, with the end of the log
   */
  public static void require(Path directory, Path log, List<String> command) {
    int code = run(directory, log, command);
    if (code != 0) {
      throw new IllegalStateException(
          "'%s' ended with exit code %d:%n%s".formatted(String.join(" ", command), code, end(log)));
    }
  }

  /** The last lines of a log file, for an error message. */
  public static String end(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          "\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      return "(no output: " + e.getMessage() + ")";
    }
  }
}
