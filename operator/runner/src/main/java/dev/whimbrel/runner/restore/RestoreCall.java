package dev.whimbrel.runner.restore;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlApi;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.InstanceRestore;
import dev.whimbrel.google.cloudsql.OperationRecord;
import dev.whimbrel.google.cloudsql.RestoreRequest;
import dev.whimbrel.google.cloudsql.RestoreResult;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Has an approved restore done, once. Safe to repeat: what was asked for is found again. */
public final class RestoreCall {

  private final Job job;
  private final CloudSqlApi api;
  private final CloudSqlInstance instance;

  /** A call of what the Job's input names. */
  public RestoreCall(Job job, CloudSqlApi api, CloudSqlInstance instance) {
    this.job = job;
    this.api = api;
    this.instance = instance;
  }

  /**
   * Asks where needed, and waits.
   *
   * @throws CloudSqlException when Cloud SQL does not say whether the plan still holds
   */
  public StepEnd run() throws CloudSqlException, InterruptedException {
    RunnerInput.Restore wanted = job.input().restore();
    if (wanted.first()) {
      Optional<StepEnd> changed = changed(wanted);
      if (changed.isPresent()) {
        return changed.get();
      }
    }
    RestoreRequest request =
        RestoreRequest.of(
            instance,
            Long.parseLong(wanted.backup()),
            wanted.operationsUntil() == null
                ? Instant.EPOCH
                : Instant.parse(wanted.operationsUntil()),
            wanted.first(),
            Duration.ofSeconds(wanted.deadlineSeconds()));
    return end(new InstanceRestore(api, request, job.clock(), Sleeper.ofThread()).run());
  }

  /** What was approved must be what would be done; of a restore under way that is known. */
  private Optional<StepEnd> changed(RunnerInput.Restore wanted) throws CloudSqlException {
    MigrationPlanSpec now =
        new RestorePlanning(job.input(), api, instance, job.clock().instant()).plan();
    return now.hash().equals(wanted.hash())
        ? Optional.empty()
        : Optional.of(
            StepEnd.planChanged(
                "StaleInstance",
                "instance %s is not as it was when the restore was planned: its databases or users, the backup, or the revision of the migration changed. Nothing was asked for"
                    .formatted(instance)));
  }

  private StepEnd end(RestoreResult result) {
    return switch (result) {
      case RestoreResult.Done(OperationRecord operation) ->
          StepEnd.done(
              Outcome.RESTORED,
              "Restored",
              "backup %s was put back into instance %s (operation %s)"
                  .formatted(job.input().restore().backup(), instance, operation.name()));
      case RestoreResult.Underway later ->
          new StepEnd(
              Outcome.UNDERWAY,
              ExitCode.TRANSIENT,
              Kind.TRANSIENT,
              later.reason(),
              later.message(),
              null);
      case RestoreResult.Transient later ->
          StepEnd.transientFailure(later.reason(), later.message(), null);
      case RestoreResult.Refused refused ->
          StepEnd.permanent(refused.reason(), refused.message(), null);
      case RestoreResult.Failed failed ->
          new StepEnd(
              Outcome.UNKNOWN,
              ExitCode.PERMANENT,
              Kind.PERMANENT,
              "RestoreFailed",
              failed.message(),
              null);
    };
  }
}
