package dev.whimbrel.google.cloudsql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The calls to Cloud SQL that we make. Each sends one request and never repeats it: whether a
 * request may be repeated is for the caller to decide.
 */
public interface CloudSqlApi {

  /** {@code instances.get}. */
  InstanceFacts instance(CloudSqlInstance instance) throws CloudSqlException;

  /**
   * The latest second that point-in-time recovery can reach; empty where it is off or the API would
   * not say. Best effort: nothing is refused for the lack of it.
   */
  Optional<Instant> latestRecoveryTime(CloudSqlInstance instance);

  /** {@code backupRuns.list}, newest first; there is no filter. */
  Page<BackupRecord> listBackups(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException;

  /**
   * {@code backupRuns.get}.
   *
   * @throws CloudSqlException NOT_FOUND also for a backup that exists but is not readable yet
   */
  BackupRecord backup(CloudSqlInstance instance, long id) throws CloudSqlException;

  /**
   * {@code backupRuns.insert}: asks for a backup. There is no idempotency token; two calls are two
   * backups.
   *
   * @throws CloudSqlException UNCERTAIN when the backup may have been accepted all the same
   */
  OperationRecord insertBackup(CloudSqlInstance instance, String description)
      throws CloudSqlException;

  /**
   * {@code backupRuns.delete}.
   *
   * @throws CloudSqlException INVALID where the backup may not be deleted yet
   */
  OperationRecord deleteBackup(CloudSqlInstance instance, long id) throws CloudSqlException;

  /**
   * {@code instances.restoreBackup}: replaces everything in the instance by a backup of its own.
   * There is no idempotency token; two calls are two restores.
   *
   * @throws CloudSqlException UNCERTAIN when it may have been accepted all the same
   */
  OperationRecord restoreBackup(CloudSqlInstance instance, long backup) throws CloudSqlException;

  /** {@code databases.list}: names, in their order. */
  List<String> databases(CloudSqlInstance instance) throws CloudSqlException;

  /** {@code users.list}: names, in their order. */
  List<String> users(CloudSqlInstance instance) throws CloudSqlException;

  /** {@code operations.get}. */
  OperationRecord operation(CloudSqlInstance instance, String name) throws CloudSqlException;

  /** {@code operations.list} of one instance, newest first. */
  Page<OperationRecord> listOperations(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException;
}
