package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.AlembicSource;
import dev.whimbrel.api.v1alpha1.DatabaseCredentials;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.SecretManagerSecret;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which secrets of Secret Manager a Job reads. One that calls the tool on behalf of a plan reads
 * the versions that the plan was made with. To log in without the tool, a Job takes what the spec
 * says now, or a rotated password would leave nobody to look what a run did.
 */
final class NeededSecrets {

  private final DatabaseMigrationSpec spec;
  private final Map<String, String> planned;

  private NeededSecrets(DatabaseMigrationSpec spec, Map<String, String> planned) {
    this.spec = spec;
    this.planned = planned;
  }

  /** The secrets, by the variables that they fill. */
  static List<RunnerInput.Secret> of(
      DatabaseMigrationSpec spec, Optional<MigrationPlanSpec> plan, List<Step> steps) {
    boolean tool = AlembicPod.isNeeded(spec, steps);
    NeededSecrets needed =
        new NeededSecrets(
            spec,
            tool
                ? plan.map(MigrationPlanSpec::settings).orElse(Map.of())
                : Map.<String, String>of());
    List<RunnerInput.Secret> secrets = new ArrayList<>();
    if (steps.stream().anyMatch(step -> step != Step.BACKUP && step != Step.TRAFFIC)) {
      needed.login().ifPresent(secrets::add);
    }
    if (tool) {
      secrets.addAll(needed.ofTool());
    }
    return secrets;
  }

  private Optional<RunnerInput.Secret> login() {
    DatabaseCredentials credentials = spec.database().credentials();
    if (credentials.secretManager() != null) {
      return Optional.of(
          secret(
              RunnerInput.PASSWORD_VARIABLE,
              credentials.secretManager().password(),
              Optional.empty()));
    }
    return Optional.ofNullable(credentials.urlEnv())
        .flatMap(name -> source().flatMap(alembic -> alembic.variable(name)))
        .filter(NeededSecrets::isSecret)
        .map(variable -> secret(RunnerInput.URL_VARIABLE, variable));
  }

  private List<RunnerInput.Secret> ofTool() {
    return source().stream()
        .flatMap(alembic -> alembic.env().stream())
        .filter(NeededSecrets::isSecret)
        .map(variable -> secret(variable.name(), variable))
        .toList();
  }

  private Optional<AlembicSource> source() {
    return Optional.ofNullable(spec.source().alembic());
  }

  /** Whether the value is in Secret Manager, where the kubelet has nothing to fill in. */
  static boolean isSecret(EnvironmentVariable variable) {
    return variable.valueFrom() != null && variable.valueFrom().secretManager() != null;
  }

  private RunnerInput.Secret secret(String variable, EnvironmentVariable from) {
    return secret(
        variable,
        from.valueFrom().secretManager(),
        Optional.ofNullable(planned.get(RunnerInput.Alembic.setting(from.name()))));
  }

  private RunnerInput.Secret secret(
      String variable, SecretManagerSecret from, Optional<String> bound) {
    RunnerInput.Secret asked =
        new RunnerInput.Secret(
            variable,
            from.project() == null ? spec.database().cloudSQL().project() : from.project(),
            from.secret(),
            from.version() == null ? SecretManagerSecret.LATEST : from.version());
    return asked.version().equals(SecretManagerSecret.LATEST)
        ? bound.flatMap(asked::boundTo).orElse(asked)
        : asked;
  }
}
