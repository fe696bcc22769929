package dev.whimbrel.google.cloudsql;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A client whose process is killed right after its n-th request was carried out. */
final class KilledApi implements CloudSqlApi {

  private final CloudSqlApi api;
  private int left;

  KilledApi(CloudSqlApi api, int requests) {
    this.api = api;
    this.left = requests;
  }

  /** The end of the process. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private <T> T last(T answer) {
    left--;
    if (left == 0) {
      throw new Killed();
    }
    return answer;
  }

  @Override
  public InstanceFacts instance(CloudSqlInstance instance) throws CloudSqlException {
    return last(api.instance(instance));
  }

  @Override
  public Optional<Instant> latestRecoveryTime(CloudSqlInstance instance) {
    return last(api.latestRecoveryTime(instance));
  }

  @Override
  public Page<BackupRecord> listBackups(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException {
    return last(api.listBackups(instance, pageToken));
  }

  @Override
  public BackupRecord backup(CloudSqlInstance instance, long id) throws CloudSqlException {
    return last(api.backup(instance, id));
  }

  @Override
  public OperationRecord insertBackup(CloudSqlInstance instance, String description)
      throws CloudSqlException {
    return last(api.insertBackup(instance, description));
  }

  @Override
  public OperationRecord deleteBackup(CloudSqlInstance instance, long id) throws CloudSqlException {
    return last(api.deleteBackup(instance, id));
  }

  @Override
  public OperationRecord restoreBackup(CloudSqlInstance instance, long backup)
      throws CloudSqlException {
    return last(api.restoreBackup(instance, backup));
  }

  @Override
  public List<String> databases(CloudSqlInstance instance) throws CloudSqlException {
    return last(api.databases(instance));
  }

  @Override
  public List<String> users(CloudSqlInstance instance) throws CloudSqlException {
    return last(api.users(instance));
  }

  @Override
  public OperationRecord operation(CloudSqlInstance instance, String name)
      throws CloudSqlException {
    return last(api.operation(instance, name));
  }

  @Override
  public Page<OperationRecord> listOperations(CloudSqlInstance instance, Optional<String> pageToken)
      throws CloudSqlException {
    return last(api.listOperations(instance, pageToken));
  }
}
