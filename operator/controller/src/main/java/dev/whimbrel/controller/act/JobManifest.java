package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.RunSettings;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.engine.Deadlines;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The Job of a step, as a manifest. A Job runs once: no retries of its own, no replacement pod, no
 * time to live. What of its pod is ours runs as nobody, with a read-only root and without an API
 * token; the only secret in it is the one that the kubelet fills in.
 */
public final class JobManifest {

  private static final long GRACE_SECONDS = 30;

  private final RunnerImage image;

  public JobManifest(RunnerImage image) {
    this.image = image;
  }

  /** The manifest of a Job of a migration. */
  Job build(DatabaseMigration migration, World world, Effect.CreateJob create) {
    JobSpec job = JobSpec.of(migration.getSpec(), world, create);
    return build(migration, job, RunnerInputs.of(migration, job.spec(), world, create), create);
  }

  /**
   * The manifest of a Job.
   *
   * @param owner to whom it belongs
   */
  Job build(HasMetadata owner, JobSpec spec, RunnerInput input, Effect.CreateJob create) {
    Map<String, String> labels = new HashMap<>(Annotations.labels(owner));
    labels.put(Whimbrel.RUN_LABEL, input.run());
    labels.put(Whimbrel.STEP_LABEL, create.steps().getLast().word());
    Map<String, String> annotations = new HashMap<>(Annotations.annotations(owner));
    Map<String, String> podAnnotations = new HashMap<>(annotations);
    podAnnotations.put("cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
    podAnnotations.put("kubectl.kubernetes.io/default-container", ContainerNames.RUNNER);
    if (create.steps().contains(Step.PLAN) && owner instanceof DatabaseMigration migration) {
      annotations.put(Annotations.MADE_FROM, Json.write(migration.getSpec().source()));
    }
    Duration job =
        create.deadline().plus(new Spec(spec.spec()).startTimeout()).plus(Deadlines.JOB_MARGIN);
    return new JobBuilder()
        .withNewMetadata()
        .withName(create.name())
        .withNamespace(owner.getMetadata().getNamespace())
        .withLabels(labels)
        .withAnnotations(annotations)
        .withOwnerReferences(create.owned() ? List.of(Annotations.owner(owner)) : List.of())
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
        .withSpec(pod(spec, input, create))
        .endTemplate()
        .endSpec()
        .build();
  }

  private PodSpec pod(JobSpec job, RunnerInput input, Effect.CreateJob create) {
    Optional<RunSettings> run = Optional.ofNullable(job.spec().run());
    List<PodParts> parts = parts(job, input, create);
    List<Container> containers = all(parts, PodParts::containers);
    // Last: the kubelet pulls and starts them in turn, and the runner waits for the others.
    containers.add(runner(job.spec(), parts));
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
        .withFsGroup(OwnContainer.NOBODY)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withInitContainers(all(parts, PodParts::initContainers))
        .withContainers(containers)
        .withVolumes(all(parts, PodParts::volumes))
        .build();
  }

  private Container runner(DatabaseMigrationSpec spec, List<PodParts> parts) {
    return OwnContainer.of(image, ContainerNames.RUNNER, "runner")
        .withEnv(all(parts, PodParts::environment))
        .withResources(
            Optional.ofNullable(spec.run())
                .map(RunSettings::resources)
                .orElseGet(OwnContainer::resources))
        .addAllToVolumeMounts(all(parts, PodParts::mounts))
        .build();
  }

  /** What the runner has whatever it does. */
  private PodParts common(RunnerInput input) {
    List<EnvVar> environment = new ArrayList<>();
    environment.add(
        new EnvVarBuilder().withName(RunnerInput.VARIABLE).withValue(Json.write(input)).build());
    image
        .environment()
        .forEach((name, value) ->
            environment.add(new EnvVarBuilder().withName(name).withValue(value).build()));
    return new PodParts(
        List.of(
            new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build(),
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
                .build()),
        List.of(OwnContainer.mount("pod", "/whimbrel/pod", true)),
        environment,
        List.of(),
        List.of());
  }

  private List<PodParts> parts(JobSpec job, RunnerInput input, Effect.CreateJob create) {
    if (input.restore() != null || create.steps().contains(Step.TRAFFIC)) {
      // Cloud SQL, or Cloud Run, is all that it speaks to: no login, no source.
      return List.of(common(input));
    }
    return BuildInputs.of(job, input, create, image)
        .map(build -> List.of(common(input), build(build), scripts(job)))
        .orElseGet(() ->
            List.of(
                common(input),
                PodParts.ofEnvironment(CredentialVariables.of(job.spec())),
                HeaderVolumes.parts(new Spec(job.spec()), create.steps()),
                source(job, create.steps()),
                TraceSidecars.parts(job.spec(), create.steps()),
                ProxySidecar.parts(job.spec().database(), create.steps(), image)));
  }

  /** That a build does the steps. */
  private static PodParts build(BuildInput build) {
    return PodParts.ofEnvironment(
        List.of(
            new EnvVarBuilder()
                .withName(BuildInput.VARIABLE)
                .withValue(Json.write(build))
                .build()));
  }

  /** What a build cannot see, and gets from the pod. */
  private static PodParts scripts(JobSpec job) {
    return job.spec().source().flyway() == null
        ? PodParts.NONE
        : FlywayPod.parts(job.spec().source().flyway());
  }

  private PodParts source(JobSpec job, List<Step> steps) {
    if (job.spec().source().alembic() == null) {
      return FlywayPod.parts(job.spec().source().flyway());
    }
    return AlembicPod.isNeeded(job.spec(), steps)
        ? AlembicPod.parts(job.spec().source().alembic(), job.image().orElseThrow(), image)
        : PodParts.NONE;
  }

  private static <T> List<T> all(List<PodParts> parts, Function<PodParts, List<T>> what) {
    return new ArrayList<>(parts.stream().flatMap(part -> what.apply(part).stream()).toList());
  }
}
