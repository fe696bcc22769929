package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.node.ContainerStatusValue.Running;
import dev.whimbrel.testkit.node.ContainerStatusValue.Terminated;
import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import dev.whimbrel.testkit.process.SupervisedProcess;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * One container of a pod as one local process. Owned by the pod's thread; only {@link #state()},
 * {@link #log()} and {@link #kill()} are called by others.
 */
final class ContainerRun {

  private final Container container;
  private final boolean init;
  private final LocalContainer local;
  private final Clock clock;
  private volatile ContainerStatusValue state;
  private volatile SupervisedProcess process;
  private boolean started;
  private boolean asked;

  ContainerRun(
      Container container, boolean init, Path folder, Clock clock, ContainerStatusValue state) {
    this.container = container;
    this.init = init;
    this.local = new LocalContainer(folder);
    this.clock = clock;
    this.state = state;
  }

  Container container() {
    return container;
  }

  String name() {
    return container.getName();
  }

  boolean init() {
    return init;
  }

  /** An init container that stays: started in order, ended after the others. */
  boolean sidecar() {
    return init && "Always".equals(container.getRestartPolicy());
  }

  ContainerStatusValue state() {
    return state;
  }

  Path log() {
    return local.log();
  }

  boolean running() {
    return state instanceof Running;
  }

  /**
   * Whether it runs and its startup probe, if it has one, has succeeded. As a kubelet does, but
   * more often: it is asked until it answers.
   */
  boolean started() {
    started |= running() && StartupProbe.of(container).map(StartupProbe::succeeds).orElse(true);
    return running() && started;
  }

  Optional<Terminated> terminated() {
    return state instanceof Terminated ended ? Optional.of(ended) : Optional.empty();
  }

  void waitFor(String reason, String message) {
    state = new Waiting(reason, message);
  }

  /** Declares the container over without its having run, as for one whose node forgot it. */
  void lost(String reason, String message, Instant now) {
    state = new Terminated(137, reason, message, now, now);
  }

  /**
   * Starts the process.
   *
   * @param onExit called with this container and the exit code, on any thread
   */
  void start(
      Pod pod,
      PodVolumes volumes,
      Map<String, String> variables,
      SimulatedImage image,
      BiConsumer<ContainerRun, Integer> onExit)
      throws IOException {
    local.root().assemble(container, volumes, variables, image.content(), terminationMessagePath());
    Map<String, String> environment = new HashMap<>(image.environment());
    environment.put("HOSTNAME", pod.getMetadata().getName());
    environment.putAll(variables);
    process =
        local.start(
            image,
            expanded(container.getCommand(), environment),
            expanded(container.getArgs(), environment),
            environment,
            Optional.ofNullable(container.getWorkingDir()));
    state = new Running(clock.instant());
    var _ = process.onExit().thenAccept(code -> onExit.accept(this, code));
  }

  private static List<String> expanded(List<String> words, Map<String, String> variables) {
    return words.stream().map(word -> VariableExpansion.expand(word, variables)).toList();
  }

  private String terminationMessagePath() {
    String path = container.getTerminationMessagePath();
    return path == null || path.isEmpty() ? "/dev/termination-log" : path;
  }

  /** Records the end of the process. */
  void ended(int exitCode, int containersInPod) {
    Instant startedAt = state instanceof Running running ? running.startedAt() : clock.instant();
    String message =
        TerminationMessage.read(
            container, local.path(terminationMessagePath()), log(), exitCode, containersInPod);

    state =
        new Terminated(
            exitCode, exitCode == 0 ? "Completed" : "Error", message, startedAt, clock.instant());
  }

  /** Asks it to end, once. */
  void terminate() {
    if (process != null && !asked) {
      asked = true;
      process.terminate();
    }
  }

  void kill() {
    if (process != null) {
      process.kill();
    }
  }

  void pause() {
    if (process != null) {
      process.pause();
    }
  }

  void resume() {
    if (process != null) {
      process.resume();
    }
  }
}
