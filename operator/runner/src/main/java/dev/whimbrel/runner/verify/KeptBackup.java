package dev.whimbrel.runner.verify;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.google.cloudsql.BackupRecord;
import dev.whimbrel.google.cloudsql.CloudSqlException;
import dev.whimbrel.google.cloudsql.CloudSqlInstance;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.database.CloudSqlEndpoint;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Looks once more, after the last statement, whether the backup of the run is there to be put back.
 * That it is not fails nothing: the revisions are in.
 */
public final class KeptBackup {

  /** The name of the check. */
  public static final String CHECK = "backup is listed";

  private KeptBackup() {}

  /** The result; empty where the run has taken no backup on Cloud SQL. */
  public static Optional<CheckResult> of(Job job) {
    return Optional.ofNullable(job.input().backup())
        .map(RunnerInput.Backup::id)
        .filter(id -> job.input().database().instance() != null)
        .map(id -> look(job, id));
  }

  private static CheckResult look(Job job, String id) {
    CloudSqlInstance instance = CloudSqlEndpoint.instance(job);
    String what = "backup " + id + " of " + instance;
    try {
      BackupRecord found = CloudSqlEndpoint.client(job).backup(instance, Long.parseLong(id));
      return found.status() == BackupRecord.Status.SUCCESSFUL
          ? result(
              CheckResult.PASSED,
              what
                  + " was SUCCESSFUL at "
                  + job.clock().instant().truncatedTo(ChronoUnit.SECONDS)
                  + ", after the last statement")
          : result(CheckResult.WARNED, what + " is " + found.status() + " by now");
    } catch (CloudSqlException e) {
      return e.kind() == CloudSqlException.Kind.NOT_FOUND
          ? result(CheckResult.WARNED, what + " is gone: it cannot be put back")
          : result(CheckResult.SKIPPED, e.getMessage());
    }
  }

  private static CheckResult result(String result, String message) {
    return new CheckResult(CHECK, result, null, null, message);
  }
}
