package dev.whimbrel.runner;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerInput.ExpectedPlan;
import dev.whimbrel.runner.google.ManagedSecrets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * What a step works with.
 *
 * @param input what to do
 * @param credentials how to log in
 * @param environment of the process, for options that are no part of the input
 * @param mounts where files are
 * @param log the pod's log
 * @param clock the time
 * @param stop whether the process was asked to end
 * @param report what is known so far
 * @param secrets of Secret Manager, read before the first step
 */
public record Job(
    RunnerInput input,
    Credentials credentials,
    Map<String, String> environment,
    Mounts mounts,
    Log log,
    Clock clock,
    StopSignal stop,
    Report report,
    ManagedSecrets secrets) {

  /** The plan to carry out, inspect or verify: the one given, or the one made in this Job. */
  public Optional<ExpectedPlan> expectedPlan() {
    return Optional.ofNullable(input.plan()).or(() -> report.plan().map(ExpectedPlan::of));
  }

  /** Whether the runner logs in by the URL of the tool, and so as the same user. */
  public boolean logsInByUrl() {
    return !environment.getOrDefault(RunnerInput.URL_VARIABLE, "").isBlank();
  }

  /** How messages call the database. */
  public String databaseName() {
    RunnerInput.Database database = input.database();
    String server =
        database.instance() != null
            ? "instance " + database.instance()
            : database.host() + ":" + (database.port() == null ? 5432 : database.port());
    return "database \"" + database.database() + "\" on " + server;
  }

  /** The field of the spec that describes the database. */
  public String databaseField() {
    return input.database().instance() != null
        ? "spec.database.cloudSQL"
        : "spec.database.postgres";
  }
}
