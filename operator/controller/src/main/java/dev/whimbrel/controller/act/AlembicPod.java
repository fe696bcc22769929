package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.EnvironmentSource;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvFromSourceBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Alembic runs in the user's image, in a container of its own. Nothing is added to that image: it
 * runs a script from a folder that both containers share, and calls the tool when the runner says
 * so. Steps that read the database alone do without it.
 */
final class AlembicPod {

  private static final Set<Step> WITH_TOOL = Set.of(Step.PLAN, Step.MIGRATE, Step.ROLLBACK);

  private static final String VOLUME = "bridge";
  private static final String SECRETS = "secrets";

  private AlembicPod() {}

  /** Whether one of these steps calls the tool. */
  static boolean isNeeded(DatabaseMigrationSpec spec, List<Step> steps) {
    return spec.source().alembic() != null && steps.stream().anyMatch(WITH_TOOL::contains);
  }

  /**
   * The parts; only for a Job that {@link #isNeeded needs} them.
   *
   * @param tool the user's image, pinned where that is possible
   */
  static PodParts parts(AlembicSource source, String tool, RunnerImage own) {
    List<Volume> volumes = new ArrayList<>();
    List<VolumeMount> mounts = new ArrayList<>();
    volumes.add(new VolumeBuilder().withName(VOLUME).withNewEmptyDir().endEmptyDir().build());
    VolumeMount mount = OwnContainer.mount(VOLUME, RunnerInput.BRIDGE_DIRECTORY, false);
    mounts.add(mount);
    if (source.env().stream().anyMatch(NeededSecrets::isSecret)) {
      volumes.add(inMemory());
      mounts.add(OwnContainer.mount(SECRETS, RunnerInput.SECRETS_DIRECTORY, false));
    }
    Container bridge =
        OwnContainer.of(own, ContainerNames.BRIDGE, "bridge")
            .addToVolumeMounts(mount)
            .withResources(OwnContainer.resources())
            .build();
    return new PodParts(
        volumes, mounts, List.of(), List.of(bridge), List.of(tool(source, tool, mounts)));
  }

  /** Its content never reaches a disk, and is gone with the pod. */
  private static Volume inMemory() {
    return new VolumeBuilder()
        .withName(SECRETS)
        .withNewEmptyDir()
        .withMedium("Memory")
        .withSizeLimit(new Quantity("4Mi"))
        .endEmptyDir()
        .build();
  }

  private static Container tool(AlembicSource source, String image, List<VolumeMount> mounts) {
    return new ContainerBuilder()
        .withName(ContainerNames.ALEMBIC)
        .withImage(image)
        .withCommand("/bin/sh", RunnerInput.BRIDGE_DIRECTORY + "/shim.sh")
        .withWorkingDir(source.workingDir())
        .withEnv(
            source.env().stream()
                .filter(variable -> !NeededSecrets.isSecret(variable))
                .map(AlembicPod::variable)
                .toList())
        .withEnvFrom(source.envFrom().stream().map(AlembicPod::variables).toList())
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withVolumeMounts(mounts)
        .build();
  }

  /** As a pod spells it, where the kubelet fills it in. */
  static EnvVar variable(EnvironmentVariable variable) {
    EnvVarBuilder builder = new EnvVarBuilder().withName(variable.name());
    if (variable.valueFrom() == null) {
      return builder.withValue(variable.value()).build();
    }
    return variable.valueFrom().secretKeyRef() != null
        ? builder
            .withNewValueFrom()
            .withNewSecretKeyRef()
            .withName(variable.valueFrom().secretKeyRef().name())
            .withKey(variable.valueFrom().secretKeyRef().key())
            .endSecretKeyRef()
            .endValueFrom()
            .build()
        : builder
            .withNewValueFrom()
            .withNewConfigMapKeyRef()
            .withName(variable.valueFrom().configMapKeyRef().name())
            .withKey(variable.valueFrom().configMapKeyRef().key())
            .endConfigMapKeyRef()
            .endValueFrom()
            .build();
  }

  private static EnvFromSource variables(EnvironmentSource source) {
    EnvFromSourceBuilder builder = new EnvFromSourceBuilder().withPrefix(source.prefix());
    return source.secretRef() != null
        ? builder.withNewSecretRef().withName(source.secretRef().name()).endSecretRef().build()
        : builder
            .withNewConfigMapRef()
            .withName(source.configMapRef().name())
            .endConfigMapRef()
            .build();
  }
}
