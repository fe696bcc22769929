package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.TraceSettings;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The throw-away server of a plan, in the image that the migration names, as two native sidecars:
 * the server, which has no secret and runs the pending SQL, and pg_dump, which is given the login
 * by the runner and runs nothing of the plan. Neither delays the others; the runner waits for them.
 */
final class TraceSidecars {

  /** Not a port that a tool's image is likely to use: all containers of a pod share one address. */
  static final int PORT = 9802;

  private static final String DATA_VOLUME = "trace-data";
  private static final String STRUCTURE_VOLUME = "trace-structure";
  private static final String LOGIN_VOLUME = "trace-login";
  private static final String DATA = "/whimbrel/trace";

  private TraceSidecars() {}

  /** The settings of a Job with these steps; empty where it traces nothing. */
  static Optional<TraceSettings> settings(DatabaseMigrationSpec spec, List<Step> steps) {
    boolean built = spec.run() != null && spec.run().cloudBuild() != null;
    return steps.contains(Step.PLAN) && !built ? spec.trace() : Optional.empty();
  }

  /** The parts of a pod with these steps; none where it traces nothing. */
  static PodParts parts(DatabaseMigrationSpec spec, List<Step> steps) {
    return settings(spec, steps).map(TraceSidecars::parts).orElse(PodParts.NONE);
  }

  private static PodParts parts(TraceSettings trace) {
    VolumeMount structure =
        OwnContainer.mount(STRUCTURE_VOLUME, RunnerInput.STRUCTURE_DIRECTORY, false);
    VolumeMount login = OwnContainer.mount(LOGIN_VOLUME, RunnerInput.LOGIN_DIRECTORY, false);
    return new PodParts(
        List.of(
            volume(DATA_VOLUME, null, "1Gi"),
            volume(STRUCTURE_VOLUME, null, "64Mi"),
            volume(LOGIN_VOLUME, "Memory", "1Mi")),
        List.of(structure, login),
        List.of(),
        List.of(
            sidecar(
                ContainerNames.TRACE,
                trace.image(),
                List.of(
                    script("trace-server.sh"), ContainerNames.TRACE, DATA, String.valueOf(PORT)),
                Optional.ofNullable(trace.resources()).orElseGet(() -> memory("128Mi", "512Mi")),
                List.of(OwnContainer.mount(DATA_VOLUME, DATA, false))),
            sidecar(
                ContainerNames.STRUCTURE,
                trace.image(),
                List.of(
                    script("trace-structure.sh"),
                    ContainerNames.STRUCTURE,
                    RunnerInput.LOGIN_DIRECTORY,
                    RunnerInput.STRUCTURE_DIRECTORY),
                memory("32Mi", "256Mi"),
                List.of(
                    structure,
                    OwnContainer.mount(LOGIN_VOLUME, RunnerInput.LOGIN_DIRECTORY, true)))),
        List.of());
  }

  private static Container sidecar(
      String name,
      String image,
      List<String> script,
      ResourceRequirements resources,
      List<VolumeMount> mounts) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withCommand("/bin/sh", "-c")
        .withArgs(script)
        .withRestartPolicy("Always")
        .withResources(resources)
        .withSecurityContext(OwnContainer.confined())
        .withVolumeMounts(mounts)
        .build();
  }

  private static Volume volume(String name, String medium, String limit) {
    return new VolumeBuilder()
        .withName(name)
        .withNewEmptyDir()
        .withMedium(medium)
        .withSizeLimit(new Quantity(limit))
        .endEmptyDir()
        .build();
  }

  private static ResourceRequirements memory(String request, String limit) {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity(request))
        .addToLimits("memory", new Quantity(limit))
        .build();
  }

  private static String script(String name) {
    try (InputStream file =
        Objects.requireNonNull(TraceSidecars.class.getResourceAsStream(name), name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
