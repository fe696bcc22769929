package dev.whimbrel.runner.steps;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlApi;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.RestorePreconditions;
import dev.whimbrel.google.cloudsql.RestoreResult;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import dev.whimbrel.runner.restore.RestoreCall;
import dev.whimbrel.runner.restore.RestorePlanning;
import java.util.Optional;

/** The two steps of a restore: to say what it would do, and to have it done. */
final class RestoreSteps {

  private final Job job;
  private final CloudSqlInstance instance;
  private final CloudSqlApi api;

  RestoreSteps(Job job) {
    if (job.input().restore() == null || job.input().database().instance() == null) {
      throw StepFailure.permanent(
          "NoRestore", "only the backup of a Cloud SQL instance can be put back by this step");
    }
    this.job = job;
    this.instance = CloudSqlEndpoint.instance(job);
    this.api = CloudSqlEndpoint.client(job);
  }

  /** Prints the plan. Read-only. */
  StepEnd plan() {
    try {
      Optional<RestoreResult> refusal =
          RestorePreconditions.refusal(
              api, instance, Long.parseLong(job.input().restore().backup()));
      if (refusal.isPresent() && refusal.get() instanceof RestoreResult.Refused no) {
        return StepEnd.permanent(no.reason(), no.message(), null);
      }
      MigrationPlanSpec plan =
          new RestorePlanning(job.input(), api, instance, job.clock().instant()).plan();
      String document = Json.write(plan);
      LogDocument.lines(document).forEach(job.log()::raw);
      job.log().flush();
      job.report().planned(plan, LogDocument.describe(document));
      return StepEnd.done(
          Outcome.PLANNED,
          "Planned",
          "backup %s of instance %s can be put back; it started at %s"
              .formatted(plan.restore().backup(), instance, plan.restore().backupStartedAt()));
    } catch (CloudSqlException e) {
      return unanswered(e);
    }
  }

  /** Puts the backup back. */
  StepEnd restore() throws InterruptedException {
    try {
      return new RestoreCall(job, api, instance).run();
    } catch (CloudSqlException e) {
      return unanswered(e);
    }
  }

  private static StepEnd unanswered(CloudSqlException e) {
    return switch (e.kind()) {
      case DENIED -> StepEnd.permanent("PermissionDenied", e.getMessage(), null);
      case NOT_FOUND, INVALID -> StepEnd.permanent("CloudSqlRefuses", e.getMessage(), null);
      case BUSY, THROTTLED, UNCERTAIN ->
          StepEnd.transientFailure("CloudSqlUnreachable", e.getMessage(), null);
    };
  }
}
