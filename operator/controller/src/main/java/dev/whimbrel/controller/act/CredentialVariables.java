package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.CredentialsSecretRef;
import dev.whimbrel.api.v1alpha1.DatabaseCredentials;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.EnvironmentVariable;
import dev.whimbrel.protocol.RunnerInput;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import java.util.List;

/**
 * How the runner logs in: variables that the kubelet fills from a Secret nobody of us reads. What
 * is in Secret Manager is not among them; see {@link NeededSecrets}.
 */
final class CredentialVariables {

  private CredentialVariables() {}

  static List<EnvVar> of(DatabaseMigrationSpec spec) {
    DatabaseCredentials credentials = spec.database().credentials();
    if (credentials.urlEnv() != null) {
      return url(spec, credentials.urlEnv());
    }
    if (credentials.iam() != null) {
      return user(credentials.iam().user());
    }
    return credentials.secretManager() != null
        ? user(credentials.secretManager().user())
        : login(credentials.secretRef());
  }

  private static List<EnvVar> user(String name) {
    return List.of(new EnvVarBuilder().withName(RunnerInput.USER_VARIABLE).withValue(name).build());
  }

  /**
   * The tool's own variable under our name. The API server has made sure that there is one. What is
   * in Secret Manager the runner reads itself.
   */
  private static List<EnvVar> url(DatabaseMigrationSpec spec, String name) {
    EnvironmentVariable variable = spec.source().alembic().variable(name).orElseThrow();
    return NeededSecrets.isSecret(variable)
        ? List.of()
        : List.of(
            AlembicPod.variable(
                new EnvironmentVariable(
                    RunnerInput.URL_VARIABLE, variable.value(), variable.valueFrom())));
  }

  private static List<EnvVar> login(CredentialsSecretRef secret) {
    return List.of(
        fromSecret(
            RunnerInput.USER_VARIABLE,
            secret.name(),
            secret.userKey() == null ? "username" : secret.userKey()),
        fromSecret(
            RunnerInput.PASSWORD_VARIABLE,
            secret.name(),
            secret.passwordKey() == null ? "password" : secret.passwordKey()));
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
}
