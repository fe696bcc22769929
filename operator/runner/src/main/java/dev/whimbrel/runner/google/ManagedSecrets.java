package dev.whimbrel.runner.google;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.Secret;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.preflight.PreflightTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The secrets of Secret Manager that a Job has read, or could not. Values are in memory alone; the
 * ones that the tool needs go to it through {@link SecretsFile}.
 */
public final class ManagedSecrets {

  /** Shorter values are words that turn up by themselves. */
  private static final int SHORTEST_REDACTED = 8;

  private final List<ReadSecret> secrets;

  ManagedSecrets(List<ReadSecret> secrets) {
    this.secrets = List.copyOf(secrets);
  }

  /** None are needed. */
  public static ManagedSecrets none() {
    return new ManagedSecrets(List.of());
  }

  /** Whether the tool needs one. */
  public boolean ofTool() {
    return secrets.stream().anyMatch(secret -> !secret.wanted().ofRunner());
  }

  /** What the runner logs in by, under its own variables. */
  public Map<String, String> login() {
    return values(true);
  }

  /** What the tool's environment has of them. */
  Map<String, String> tool() {
    return values(false);
  }

  private Map<String, String> values(boolean login) {
    Map<String, String> values = new HashMap<>();
    secrets.stream()
        .filter(secret -> secret.isRead() && secret.wanted().ofRunner() == login)
        .forEach(secret -> values.put(secret.wanted().variable(), secret.value()));
    return values;
  }

  /** What a plan binds: per variable of the tool the version that it gets. */
  public Map<String, String> bound() {
    return secrets.stream()
        .filter(secret -> secret.isRead() && !secret.wanted().ofRunner())
        .collect(
            Collectors.toMap(
                secret -> secret.wanted().variable(),
                secret -> secret.wanted().resource(secret.version()),
                (first, second) -> first,
                TreeMap::new));
  }

  /** Values that must not be printed; of one with several lines each line as well. */
  public String[] hidden() {
    return secrets.stream()
        .filter(ReadSecret::isRead)
        .map(ReadSecret::value)
        .flatMap(value -> Stream.concat(Stream.of(value, value.strip()), value.lines()))
        .distinct()
        .toArray(String[]::new);
  }

  /** What the tool printed, without values that are long enough to be told from other words. */
  public String redact(String text) {
    String redacted = text;
    for (String value : hidden()) {
      redacted = value.length() < SHORTEST_REDACTED ? redacted : redacted.replace(value, "***");
    }
    return redacted;
  }

  /** Whether the runner cannot log in because a secret was not read. */
  public boolean lacksLogin() {
    return secrets.stream().anyMatch(secret -> secret.wanted().ofRunner() && !secret.isRead());
  }

  /** Notes what came of each, in the order of the spec; a URL to log in by is one of the tool's. */
  public void check(PreflightTable table) {
    boolean tool = ofTool();
    for (ReadSecret secret : secrets) {
      boolean twin = tool && secret.wanted().variable().equals(RunnerInput.URL_VARIABLE);
      if (!twin) {
        secret.check(table);
      }
    }
  }

  /**
   * Makes sure that all of them were read.
   *
   * @throws StepFailure with every one that was not; transient only where nothing but another try
   *     is needed
   */
  public void require() {
    List<ReadSecret> failed = secrets.stream().filter(secret -> !secret.isRead()).toList();
    if (failed.isEmpty()) {
      return;
    }
    String message =
        failed.stream().map(ReadSecret::problem).distinct().collect(Collectors.joining("; "));
    boolean permanent = failed.stream().anyMatch(ReadSecret::isRefused);
    throw new StepFailure(
        permanent
            ? StepEnd.permanent("SecretNotReadable", message, null)
            : StepEnd.transientFailure("SecretManagerUnreachable", message, null));
  }

  /** Without values. */
  @Override
  public String toString() {
    return secrets.stream().map(ReadSecret::wanted).map(Secret::toString).toList().toString();
  }
}
