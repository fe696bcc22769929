package dev.whimbrel.runner.google;

import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.secrets.SecretFinding;
import dev.whimbrel.google.secrets.SecretFinding.Refused;
import dev.whimbrel.google.secrets.SecretLookup;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.google.secrets.SecretReference;
import dev.whimbrel.protocol.RunnerInput;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what a Job needs of Secret Manager, each version once. Where nothing is needed Google's
 * client is not so much as loaded.
 */
public final class SecretReading {

  private SecretReading() {}

  /** Reads; what could not be read is said by {@link ManagedSecrets}. */
  public static ManagedSecrets of(RunnerInput input, Map<String, String> environment) {
    List<RunnerInput.Secret> wanted =
        Optional.ofNullable(input.google()).map(RunnerInput.Google::secrets).orElse(List.of());
    return wanted.isEmpty() ? ManagedSecrets.none() : read(input, wanted, environment);
  }

  private static ManagedSecrets read(
      RunnerInput input, List<RunnerInput.Secret> wanted, Map<String, String> environment) {
    try (SecretManagerClient manager =
        SecretManagerClient.connect(
            GoogleAccess.of(environment, SecretManagerClient.ENDPOINT_VARIABLE))) {
      String member =
          PodIdentity.member(
              environment, input.migration().namespace(), input.google().serviceAccount());
      SecretLookup lookup = new SecretLookup(manager, member);
      return read(wanted, lookup::find);
    } catch (IOException e) {
      Refused refused =
          new Refused(
              "the Job has no Google credentials (" + e.getMessage() + ")",
              "bind ServiceAccount "
                  + input.google().serviceAccount()
                  + " (spec.run.serviceAccountName) to a Google identity with Workload Identity");
      return read(wanted, reference -> refused);
    }
  }

  private static ManagedSecrets read(
      List<RunnerInput.Secret> wanted, Function<SecretReference, SecretFinding> find) {
    Map<SecretReference, SecretFinding> findings = new HashMap<>();
    return new ManagedSecrets(
        wanted.stream()
            .map(secret ->
                ReadSecret.of(
                    secret,
                    findings.computeIfAbsent(
                        new SecretReference(secret.project(), secret.secret(), secret.version()),
                        find)))
            .toList());
  }
}
