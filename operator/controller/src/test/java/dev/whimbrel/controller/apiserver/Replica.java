package dev.whimbrel.controller.apiserver;

import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * One replica of the operator as a process of its own, to be killed. It runs under the chart's
 * service account and cannot outlive this JVM.
 */
final class Replica implements AutoCloseable {

  private final SupervisedProcess process;
  private final Path log;

  private Replica(SupervisedProcess process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts one that leads without asking: there is no other. */
  static Replica alone(Stage stage) {
    return start(stage, "alone", false);
  }

  /** Starts one that waits until it leads. */
  static Replica oneOfTwo(Stage stage, String identity) {
    return start(stage, identity, true);
  }

  private static Replica start(Stage stage, String identity, boolean election) {
    try {
      Path log = Files.createTempFile("whimbrel-replica-" + identity, ".log");
      List<String> command =
          new ArrayList<>(
              OperatorCommand.command(
                  stage,
                  identity,
                  0,
                  List.of(
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-Dwhimbrel.log=INFO",
                      "-Dwhimbrel.framework=WARN")));
      command.add("--leader-election=" + election);
      String kubeconfig =
          stage
              .controlPlane()
              .kubeconfigForServiceAccount(Stage.OPERATOR_NAMESPACE, stage.serviceAccount())
              .toString();
      return new Replica(
          SupervisedProcess.start(
              new SupervisedProcess.Command(
                  command, Map.of("KUBECONFIG", kubeconfig), true, Optional.empty(), log)),
          log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** SIGKILL; returns when it has ended. */
  void kill() {
    process.kill();
    Awaitility.await("the operator has ended")
        .atMost(Duration.ofSeconds(10))
        .until(() -> !process.isAlive());
  }

  /** What it has printed. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
    try {
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
