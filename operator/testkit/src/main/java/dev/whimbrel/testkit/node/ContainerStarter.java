package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiConsumer;

/** Starts containers, or says on them why that cannot be done yet. */
final class ContainerStarter {

  private final NodeApi api;
  private final Map<String, SimulatedImage> images;
  private final ContainerEnvironment environment;
  private final PodVolumes volumes;
  private final BiConsumer<ContainerRun, Integer> onExit;

  /**
   * Starts containers of one pod.
   *
   * @param onExit hears, on any thread, of each process that has ended
   */
  ContainerStarter(
      NodeApi api,
      SimulatedNodeOptions options,
      PodVolumes volumes,
      BiConsumer<ContainerRun, Integer> onExit) {
    this.api = api;
    this.images = options.images();
    this.environment = new ContainerEnvironment(new ClusterObjects(api.client()), options.name());
    this.volumes = volumes;
    this.onExit = onExit;
  }

  /** Starts a waiting container; false when it has to be tried again. */
  boolean start(Pod pod, ContainerRun run) {
    String image = run.container().getImage();
    SimulatedImage program = images.get(image);
    if (program == null) {
      waitForImage(run, image);
      return false;
    }
    try {
      Map<String, String> variables = environment.resolve(pod, run.container());
      run.start(pod, volumes, variables, program, onExit);
      return true;
    } catch (UnmetNeed e) {
      run.waitFor("CreateContainerConfigError", e.getMessage());
      api.warn(pod, "Failed", "Error: " + e.getMessage());
    } catch (IOException | UncheckedIOException e) {
      run.waitFor("CreateContainerError", e.toString());
      api.warn(pod, "Failed", "Error: " + e);
    }
    return false;
  }

  private static void waitForImage(ContainerRun run, String image) {
    String failure =
        "failed to pull and unpack image \"" + image + "\": the simulated node does not have it";
    String reason = run.state() instanceof Waiting(String why, String _) ? why : "";
    if ("Never".equals(run.container().getImagePullPolicy())) {
      run.waitFor(
          "ErrImageNeverPull",
          "Container image \"" + image + "\" is not present with pull policy of Never");
    } else if (reason.equals("ErrImagePull") || reason.equals("ImagePullBackOff")) {
      run.waitFor(
          "ImagePullBackOff", "Back-off pulling image \"" + image + "\": ErrImagePull: " + failure);
    } else {
      run.waitFor("ErrImagePull", failure);
    }
  }
}
