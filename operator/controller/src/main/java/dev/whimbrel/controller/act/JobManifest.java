package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.CredentialsSecretRef;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.engine.Deadlines;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Job of a step, as a manifest. A Job runs once: no retries of its own, no replacement pod, no
 * time to live. Its pod runs as nobody, with a read-only root and without an API token; the only
 * secret in it is the one that the kubelet fills in.
 */
public final class JobManifest {

  private static final long NOBODY = 65532;
  private static final long GRACE_SECONDS = 30;
  private static final String CONTAINER = "runner";

  private final RunnerImage image;

  public JobManifest(RunnerImage image) {
    this.image = image;
  }

  /** The manifest. */
  Job build(DatabaseMigration migration, World world, Effect.CreateJob create) {
    Spec spec = new Spec(migration.getSpec());
    Map<String, String> labels = new HashMap<>(Annotations.labels(migration));
    labels.put(Whimbrel.RUN_LABEL, migration.getStatus().run().id());
    labels.put(Whimbrel.STEP_LABEL, create.steps().getLast().word());
    Map<String, String> annotations = new HashMap<>(Annotations.annotations(migration));
    Map<String, String> podAnnotations = new HashMap<>(annotations);
    podAnnotations.put("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
    Duration job = create.deadline().plus(spec.startTimeout()).plus(Deadlines.JOB_MARGIN);
    return new JobBuilder()
        .withNewMetadata()
        .withName(create.name())
        .withNamespace(migration.getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(create.owned() ? List.of(Annotations.owner(migration)) : List.of())
        .endMetadata()
        .withNewSpec()
        .withBackoffLimit(0)
        .withPodReplacementPolicy("Failed")
        .withActiveDeadlineSeconds(job.toSeconds())
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(podAnnotations)
        .endMetadata()
        .withSpec(pod(migration, world, create))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pod(DatabaseMigration migration, World world, Effect.CreateJob create) {
    Optional<RunSettings> run = Optional.ofNullable(migration.getSpec().run());
    return new PodSpecBuilder()
        .withServiceAccountName(run.map(RunSettings::serviceAccountName).orElse("default"))
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withRestartPolicy("Never")
        .withActiveDeadlineSeconds(create.deadline().toSeconds())
        .withTerminationGracePeriodSeconds(GRACE_SECONDS)
        .withNodeSelector(run.map(RunSettings::nodeSelector).orElse(Map.of()))
        .withTolerations(run.map(RunSettings::tolerations).orElse(List.of()))
        .withImagePullSecrets(
            run.map(RunSettings::imagePullSecrets).orElse(List.of()).stream()
                .map(LocalObjectReference::new)
                .toList())
        .withNewSecurityContext()
        .withRunAsNonRoot(true)
        .withRunAsUser(NOBODY)
        .withRunAsGroup(NOBODY)
        .withFsGroup(NOBODY)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container(migration, world, create))
        .withVolumes(volumes(migration))
        .build();
  }

  private Container container(DatabaseMigration migration, World world, Effect.CreateJob create) {
    RunnerInput input = RunnerInputs.of(migration, world, create);
    return new ContainerBuilder()
        .withName(CONTAINER)
        .withImage(image.name())
        .withImagePullPolicy(image.pullPolicy())
        .withArgs("runner")
        .withEnv(environment(migration, input))
        .withResources(
            Optional.ofNullable(migration.getSpec().run())
                .map(RunSettings::resources)
                .orElseGet(JobManifest::resources))
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .withVolumeMounts(mounts(migration))
        .build();
  }

  private List<EnvVar> environment(DatabaseMigration migration, RunnerInput input) {
    List<EnvVar> variables = new ArrayList<>();
    variables.add(
        new EnvVarBuilder().withName(RunnerInput.VARIABLE).withValue(Json.write(input)).build());
    image
        .environment()
        .forEach((name, value) ->
            variables.add(new EnvVarBuilder().withName(name).withValue(value).build()));
    CredentialsSecretRef secret = secret(migration.getSpec().database());
    variables.add(
        fromSecret(
            RunnerInput.USER_VARIABLE,
            secret.name(),
            secret.userKey() == null ? "username" : secret.userKey()));
    variables.add(
        fromSecret(
            RunnerInput.PASSWORD_VARIABLE,
            secret.name(),
            secret.passwordKey() == null ? "password" : secret.passwordKey()));
    return variables;
  }

  private static CredentialsSecretRef secret(Database database) {
    return database.cloudSQL() != null
        ? database.cloudSQL().credentials().secretRef()
        : database.postgres().credentials().secretRef();
  }

  private static EnvVar fromSecret(String variable, String secret, String key) {
    return new EnvVarBuilder()
        .withName(variable)
        .withNewValueFrom()
        .withNewSecretKeyRef()
        .withName(secret)
        .withKey(key)
        .endSecretKeyRef()
        .endValueFrom()
        .build();
  }

  private static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("100m"))
        .addToRequests("memory", new Quantity("192Mi"))
        .addToLimits("memory", new Quantity("384Mi"))
        .build();
  }

  private static List<Volume> volumes(DatabaseMigration migration) {
    List<Volume> volumes = new ArrayList<>();
    volumes.add(new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build());
    volumes.add(
        new VolumeBuilder()
            .withName("pod")
            .withNewDownwardAPI()
            .addNewItem()
            .withPath("annotations")
            .withNewFieldRef()
            .withFieldPath("metadata.annotations")
            .endFieldRef()
            .endItem()
            .endDownwardAPI()
            .build());
    List<String> maps = migration.getSpec().source().flyway().configMaps();
    for (int i = 0; i < maps.size(); i++) {
      volumes.add(
          new VolumeBuilder()
              .withName("source-" + i)
              .withNewConfigMap()
              .withName(maps.get(i))
              .endConfigMap()
              .build());
    }
    return volumes;
  }

  private static List<VolumeMount> mounts(DatabaseMigration migration) {
    List<VolumeMount> mounts = new ArrayList<>();
    mounts.add(new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
    mounts.add(
        new VolumeMountBuilder()
            .withName("pod")
            .withMountPath("/whimbrel/pod")
            .withReadOnly(true)
            .build());
    for (int i = 0; i < migration.getSpec().source().flyway().configMaps().size(); i++) {
      mounts.add(
          new VolumeMountBuilder()
              .withName("source-" + i)
              .withMountPath(RunnerInput.SOURCE_DIRECTORY + "/" + i)
              .withReadOnly(true)
              .build());
    }
    return mounts;
  }
}
