package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.CloudBuildSettings;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.BuildInput;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * From a spec to the build that does the steps of a Job. The API server has made sure that nothing
 * of it is in a Secret or ConfigMap of Kubernetes.
 */
final class BuildInputs {

  private static final int HASH = 8;
  private static final long SHORTEST_SECONDS = 60;

  private BuildInputs() {}

  /**
   * The build; empty where the pod does the steps itself. A backup is a call of an API, and so is
   * to move traffic: there is nothing that a pool would be nearer to.
   */
  static Optional<BuildInput> of(
      JobSpec job, RunnerInput input, Effect.CreateJob create, RunnerImage image) {
    Spec spec = new Spec(job.spec());
    return create.steps().contains(Step.BACKUP) || create.steps().contains(Step.TRAFFIC)
        ? Optional.empty()
        : spec.cloudBuild().map(settings -> of(settings, job, spec, input, create, image));
  }

  private static BuildInput of(
      CloudBuildSettings settings,
      JobSpec job,
      Spec spec,
      RunnerInput input,
      Effect.CreateJob create,
      RunnerImage image) {
    BuildInput.Tool tool =
        AlembicPod.isNeeded(job.spec(), create.steps()) ? tool(job, input) : null;
    boolean made = tool != null && tool.image() == null;
    Duration before = spec.queueTime().plus(made ? spec.imageTime() : Duration.ZERO);
    long work = create.deadline().minus(before).toSeconds();
    return new BuildInput(
        create.name() + "-" + Sha256.hex(input.migration().uid()).substring(0, HASH),
        settings.workerPool(),
        settings.serviceAccount(),
        settings.image() == null ? image.name() : settings.image(),
        Math.max(work, SHORTEST_SECONDS),
        spec.startTimeout().toSeconds(),
        environment(job.spec(), image),
        tool,
        made
            ? new BuildInput.ToolImage(
                job.spec().source().alembic().build(),
                spec.imageTimeout().orElseThrow().toSeconds())
            : null);
  }

  private static Map<String, String> environment(DatabaseMigrationSpec spec, RunnerImage image) {
    Map<String, String> environment = new TreeMap<>(image.environment());
    CredentialVariables.of(spec)
        .forEach(variable -> environment.put(variable.getName(), variable.getValue()));
    return environment;
  }

  private static BuildInput.Tool tool(JobSpec job, RunnerInput input) {
    AlembicSource source = job.spec().source().alembic();
    Map<String, String> environment = new TreeMap<>();
    source.env().stream()
        .filter(variable -> !NeededSecrets.isSecret(variable))
        .forEach(variable ->
            environment.put(variable.name(), variable.value() == null ? "" : variable.value()));
    List<RunnerInput.Secret> secrets =
        input.google() == null ? List.of() : input.google().secrets();
    return new BuildInput.Tool(
        job.image().orElse(null),
        source.workingDir(),
        environment,
        secrets.stream()
            .filter(secret -> !secret.ofRunner())
            .collect(
                Collectors.toMap(
                    RunnerInput.Secret::variable, secret -> secret.resource(secret.version()))));
  }
}
