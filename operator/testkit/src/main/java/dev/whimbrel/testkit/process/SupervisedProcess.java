package dev.whimbrel.testkit.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A child process in a process group of its own that cannot outlive this JVM.
 *
 * <p>A small shell stands between us and the command. It reads orders from a pipe that only this
 * JVM holds; when the pipe closes, however the JVM ended, it kills the command's whole group. The
 * same pipe carries {@link #terminate()}, {@link #kill()}, {@link #pause()} and {@link #resume()}.
 *
 * <p>As in a container, {@code SIGTERM} reaches the main process only and the group's remaining
 * processes are killed once the main process has ended.
 */
public final class SupervisedProcess implements AutoCloseable {

  private static final String SUPERVISOR = supervisorScript();

  private final Process supervisor;
  private final OutputStream orders;

  private SupervisedProcess(Process supervisor) {
    this.supervisor = supervisor;
    this.orders = supervisor.getOutputStream();
  }

  /**
   * What to run.
   *
   * @param command the command and its arguments; the command is looked up on the PATH
   * @param environment the variables to set
   * @param inheritEnvironment whether the variables of this JVM are passed on too
   * @param directory the working directory, by default that of this JVM
   * @param output the file that receives standard output and standard error, appended
   */
  public record Command(
      List<String> command,
      Map<String, String> environment,
      boolean inheritEnvironment,
      Optional<Path> directory,
      Path output) {

    /** Copies the collections. */
    public Command {
      command = List.copyOf(command);
      environment = Map.copyOf(environment);
    }

    /** A command with this JVM's environment, writing to {@code output}. */
    public static Command of(List<String> command, Path output) {
      return new Command(command, Map.of(), true, Optional.empty(), output);
    }

    /** The same command in another working directory. */
    public Command in(Path workingDirectory) {
      return new Command(
          command, environment, inheritEnvironment, Optional.of(workingDirectory), output);
    }

    /** Names the command only: arguments and environment may carry secrets. */
    @Override
    public String toString() {
      return "Command[" + (command.isEmpty() ? "" : command.getFirst()) + " > " + output + "]";
    }
  }

  /**
   * Starts the command. A command that does not exist is reported like a shell reports it: exit
   * code 127 and a line in the output.
   *
   * @throws UncheckedIOException when not even {@code sh} can be started or the output file cannot
   *     be opened
   */
  public static SupervisedProcess start(Command command) {
    List<String> line = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "supervise"));
    line.addAll(command.command());
    ProcessBuilder builder = new ProcessBuilder(line);
    if (!command.inheritEnvironment()) {
      builder.environment().clear();
    }
    builder.environment().putAll(command.environment());
    command.directory().ifPresent(directory -> builder.directory(directory.toFile()));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(command.output().toFile()));
    try {
      return new SupervisedProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command + ": " + e.getMessage(), e);
    }
  }

  /** Sends {@code SIGTERM} to the main process. Does nothing once it has ended. */
  public void terminate() {
    order("terminate");
  }

  /** Sends {@code SIGKILL} to the whole process group. Does nothing once it has ended. */
  public void kill() {
    order("kill");
  }

  /** Stops the whole process group where it is ({@code SIGSTOP}), as a frozen machine would. */
  public void pause() {
    order("pause");
  }

  /** Lets a paused process group go on ({@code SIGCONT}). */
  public void resume() {
    order("resume");
  }

  /** Whether the main process still runs. */
  public boolean isAlive() {
    return supervisor.isAlive();
  }

  /** Completes with the exit code, 128 plus the signal's number where a signal ended it. */
  public CompletableFuture<Integer> onExit() {
    return supervisor.onExit().thenApply(Process::exitValue);
  }

  /**
   * Ends the process: {@code SIGTERM}, then {@code SIGKILL} when it has not ended after {@code
   * grace}. Returns when it has ended.
   */
  public void stop(Duration grace) {
    terminate();
    if (!await(grace)) {
      close();
    }
  }

  /** Kills the process group and waits for its end. */
  @Override
  public void close() {
    kill();
    if (!await(Duration.ofSeconds(10))) {
      supervisor.destroyForcibly();
    }
    closeOrders();
  }

  private boolean await(Duration limit) {
    try {
      return supervisor.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private synchronized void order(String word) {
    try {
      orders.write((word + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      // The supervisor has ended and closed its side: there is nobody left to signal.
      closeOrders();
    }
  }

  private synchronized void closeOrders() {
    try {
      orders.close();
    } catch (IOException e) {
      // Closing an already broken pipe tells nothing new.
      supervisor.destroyForcibly();
    }
  }

  private static String supervisorScript() {
    try (InputStream script = SupervisedProcess.class.getResourceAsStream("supervise.sh")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
