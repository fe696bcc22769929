package dev.whimbrel.runner.steps;

import dev.whimbrel.google.cloudsql.BackupRequest;
import dev.whimbrel.google.cloudsql.BackupResult;
import dev.whimbrel.google.cloudsql.BackupRetention;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.google.cloudsql.OnDemandBackup;
import dev.whimbrel.google.cloudsql.Sleeper;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Sees to it that the backup with the given description exists. Safe to repeat. */
final class BackupStep {

  private static final Duration MAX_WAIT = Duration.ofMinutes(30);

  private final Job job;

  BackupStep(Job job) {
    this.job = job;
  }

  StepEnd run() throws InterruptedException {
    RunnerInput.Backup wanted = job.input().backup();
    if (wanted == null || job.input().database().instance() == null) {
      return StepEnd.permanent(
          "NoBackup",
          "only Cloud SQL instances can be backed up: set spec.backup.policy to Never for "
              + job.databaseName(),
          null);
    }
    CloudSqlInstance instance = CloudSqlEndpoint.instance(job);
    CloudSqlAdmin admin = CloudSqlEndpoint.client(job);
    BackupRequest request =
        BackupRequest.of(
            instance, wanted.description(), Instant.parse(wanted.requestedAt()), MAX_WAIT);
    if (wanted.first()) {
      request = request.asFirst();
    }
    BackupResult result = new OnDemandBackup(admin, request, job.clock(), Sleeper.ofThread()).run();
    return switch (result) {
      case BackupResult.Done done -> {
        prune(wanted, done, admin, instance);
        yield done(done, admin, instance);
      }
      case BackupResult.Transient later ->
          StepEnd.transientFailure(later.reason(), later.message(), null);
      case BackupResult.Permanent refused ->
          StepEnd.permanent(refused.reason(), refused.message(), null);
    };
  }

  private void prune(
      RunnerInput.Backup wanted,
      BackupResult.Done done,
      CloudSqlAdmin admin,
      CloudSqlInstance instance)
      throws InterruptedException {
    if (wanted.keepSeconds() == null) {
      return;
    }
    List<Long> deleted =
        new BackupRetention(admin, instance, job.clock(), Sleeper.ofThread())
            .prune(
                "Pre-migration backup ",
                "[whimbrel " + job.input().migration().uid() + "/",
                Duration.ofSeconds(wanted.keepSeconds()),
                Long.parseLong(done.id()));
    if (!deleted.isEmpty()) {
      job.log().info("Backups that are kept no longer are deleted", "ids", deleted);
    }
  }

  private StepEnd done(BackupResult.Done done, CloudSqlAdmin admin, CloudSqlInstance instance) {
    job.report()
        .backup(
            new RunnerResult.Backup(
                done.id(),
                done.startedAt().toString(),
                done.endedAt().toString(),
                pointInTimeRecovery(admin, instance)));
    return StepEnd.done(
        Outcome.BACKED_UP,
        "BackedUp",
        "backup " + done.id() + " of " + job.databaseName() + " started at " + done.startedAt());
  }

  private Boolean pointInTimeRecovery(CloudSqlAdmin admin, CloudSqlInstance instance) {
    try {
      return admin.instance(instance).pointInTimeRecovery();
    } catch (CloudSqlException e) {
      job.log().warn("Whether point-in-time recovery is on is not known", "error", e.getMessage());
      return null;
    }
  }
}
