package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * The containers of one pod, and what can be said of them together.
 *
 * @param inits in the order in which they start
 * @param mains the others
 */
record PodContainers(List<ContainerRun> inits, List<ContainerRun> mains) {

  /** All waiting, as a kubelet shows a pod that it has just taken. */
  static PodContainers waiting(PodSpec spec, Path folder, Clock clock) {
    Waiting first =
        new Waiting(
            spec.getInitContainers().isEmpty() ? "ContainerCreating" : "PodInitializing", null);
    return new PodContainers(
        spec.getInitContainers().stream()
            .map(container -> run(container, true, folder, clock, first))
            .toList(),
        spec.getContainers().stream()
            .map(container -> run(container, false, folder, clock, first))
            .toList());
  }

  private static ContainerRun run(
      Container container, boolean init, Path folder, Clock clock, Waiting state) {
    return new ContainerRun(
        container, init, folder.resolve("containers").resolve(container.getName()), clock, state);
  }

  /** The processes of a pod that was running before this node knew it are lost. */
  void forget(Instant now) {
    all()
        .forEach(run ->
            run.lost(
                "ContainerStatusUnknown",
                "The container could not be located when the pod was terminated",
                now));
  }

  Stream<ContainerRun> all() {
    return Stream.concat(inits.stream(), mains.stream());
  }

  Stream<ContainerRun> running() {
    return all().filter(ContainerRun::running);
  }

  int count() {
    return inits.size() + mains.size();
  }

  /** Those that end now when the pod ends: sidecars last, so that the others can still use them. */
  Stream<ContainerRun> endingNow() {
    return mains.stream().anyMatch(ContainerRun::running)
        ? running().filter(run -> !run.sidecar())
        : running();
  }

  boolean noneRuns() {
    return all().noneMatch(ContainerRun::running);
  }

  /** Whether nothing more will start: an init container failed or all the others have ended. */
  boolean over() {
    return failedInit() || mains.stream().allMatch(run -> run.terminated().isPresent());
  }

  boolean failedInit() {
    return inits.stream()
        .anyMatch(
            run -> !run.sidecar() && run.terminated().filter(it -> it.exitCode() != 0).isPresent());
  }

  boolean allSucceeded() {
    return mains.stream().allMatch(PodContainers::succeeded) && !failedInit();
  }

  /** Whether the init containers let the next one start after this one. */
  static boolean letsNextStart(ContainerRun init) {
    return init.sidecar() ? init.started() : succeeded(init);
  }

  private static boolean succeeded(ContainerRun run) {
    return run.terminated().filter(it -> it.exitCode() == 0).isPresent();
  }

  /** Whether a container that is not an init container has yet to start. */
  boolean pending() {
    return mains.stream().anyMatch(run -> run.state() instanceof Waiting);
  }
}
