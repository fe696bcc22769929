package dev.whimbrel.controller.apiserver;

import dev.whimbrel.controller.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The operator as a process of its own, with its command line, as its image starts it. */
final class OperatorCommand implements AutoCloseable {

  private final Process process;
  private final int port;

  private OperatorCommand(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static OperatorCommand start(Stage stage, String identity, Path log, String... jvm) {
    try {
      int port = freePort();
      List<String> command = command(stage, identity, port, List.of(jvm));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      builder
          .environment()
          .put(
              "KUBECONFIG",
              stage
                  .controlPlane()
                  .kubeconfigForServiceAccount(Stage.OPERATOR_NAMESPACE, stage.serviceAccount())
                  .toString());
      return new OperatorCommand(builder.start(), port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command line of an operator of this build. */
  static List<String> command(Stage stage, String identity, int port, List<String> jvm) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-cp",
            classPath(),
            Main.class.getName(),
            "operator",
            "--namespace=" + Stage.OPERATOR_NAMESPACE,
            "--runner-image=" + Stage.IMAGE,
            "--identity=" + identity,
            "--port=" + port));
    for (Map.Entry<String, String> variable : stage.runnerEnvironment().entrySet()) {
      command.add("--runner-env");
      command.add(variable.getKey() + "=" + variable.getValue());
    }
    return command;
  }

  /** With this module's jar, where it is built, instead of its folders, which forbid an archive. */
  private static String classPath() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Path jar =
        Path.of(System.getProperty("whimbrel.root"), "operator/controller/target")
            .resolve("whimbrel-controller-" + System.getProperty("whimbrel.version") + ".jar");
    if (!Files.exists(jar)) {
      return all;
    }
    return Stream.concat(
            Stream.of(jar.toString()),
            Arrays.stream(all.split(File.pathSeparator)).filter(entry -> entry.endsWith(".jar")))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Whether {@code /readyz} says so. */
  boolean ready() {
    return get("/readyz").map(response -> response.statusCode() == 200).orElse(false);
  }

  OperatorCommand awaitReady() {
    Awaitility.await("operator is ready")
        .pollInterval(Duration.ofMillis(5))
        .pollDelay(Duration.ZERO)
        .atMost(Duration.ofSeconds(60))
        .failFast("the operator has ended", () -> !process.isAlive())
        .until(this::ready);
    return this;
  }

  private Optional<HttpResponse<String>> get(String path) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return Optional.of(
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Resident set size in MiB, as Linux accounts it. */
  long residentMiB() {
    try {
      return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** SIGTERM, and after half a minute SIGKILL. */
  @Override
  public void close() {
    process.destroy();
    awaitEnd();
  }
}
