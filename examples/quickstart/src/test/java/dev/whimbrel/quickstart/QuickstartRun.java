package dev.whimbrel.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** One {@code run.sh} in a process of its own, whose temporary files have a folder of their own. */
public final class QuickstartRun implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(14);
  private static final long SIGINT_BIT = 1L << 1;

  private final Process process;
  private final Path output;
  private final Path temporary;

  private QuickstartRun(Process process, Path output, Path temporary) {
    this.process = process;
    this.output = output;
    this.temporary = temporary;
  }

  /** Starts it with these arguments; {@code answers} is what its reader types. */
  static QuickstartRun start(Path folder, String answers, String... arguments) {
    return startOn(folder.resolve("no-kubeconfig"), folder, answers, arguments);
  }

  /** Starts it with this kubeconfig. */
  static QuickstartRun startOn(Path kubeconfig, Path folder, String answers, String... arguments) {
    return start("quickstart", kubeconfig, folder, answers, arguments);
  }

  /** Starts the {@code run.sh} of another example. */
  public static QuickstartRun ofExample(String example, Path folder, String... arguments) {
    return start(example, folder.resolve("no-kubeconfig"), folder, "", arguments);
  }

  private static QuickstartRun start(
      String example, Path kubeconfig, Path folder, String answers, String... arguments) {
    try {
      Path temporary = Files.createDirectory(folder.resolve("tmp"));
      Path input = Files.writeString(folder.resolve("answers"), answers);
      Path output = folder.resolve("output");
      List<String> command = new ArrayList<>(List.of("bash", script(example).toString()));
      command.addAll(Arrays.asList(arguments));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(input.toFile())
              .redirectOutput(output.toFile());
      builder.environment().put("JDK_JAVA_OPTIONS", "-Djava.io.tmpdir=" + temporary);
      builder.environment().put("WHIMBREL_QUICKSTART_BUILT", "true");
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      return new QuickstartRun(builder.start(), output, temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path script(String example) {
    return Path.of(System.getProperty("whimbrel.root"), "examples", example, "run.sh");
  }

  /** What it has printed so far. */
  public String output() {
    try {
      return Files.readString(output, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has printed this. */
  public void awaitOutput(String text) {
    Awaitility.await("output with \"" + text + "\"")
        .atMost(LIMIT)
        .failFast("the quickstart has ended too early", () -> !process.isAlive())
        .until(() -> output().contains(text));
  }

  /** Its children and theirs. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Presses Ctrl-C. */
  public void interrupt() {
    try {
      int code =
          new ProcessBuilder("kill", "-s", signal(), String.valueOf(process.pid()))
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException("kill ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * SIGINT; where whoever runs the tests ignores it, as a shell does for what it runs in the
   * background, children inherit that, and SIGTERM has to do: it takes the same way.
   */
  private static String signal() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return "INT";
    }
    Optional<String> ignored =
        Files.readAllLines(status).stream().filter(line -> line.startsWith("SigIgn:")).findFirst();
    long mask = Long.parseUnsignedLong(ignored.orElseThrow().substring(7).strip(), 16);
    return (mask & SIGINT_BIT) == 0 ? "INT" : "TERM";
  }

  /** Waits for its end and gives its exit code. */
  public int exitCode() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("did not end within " + LIMIT + ":\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** What it has left in its folder for temporary files. */
  public List<Path> leftovers() {
    try (var files = Files.list(temporary)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    exitCode();
  }
}
