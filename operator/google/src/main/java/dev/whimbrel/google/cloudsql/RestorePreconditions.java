package dev.whimbrel.google.cloudsql;

import dev.whimbrel.google.cloudsql.BackupRecord.Status;
import java.util.Optional;

/**
 * Whether Cloud SQL would put a backup back into its instance: what its pages on restoring demand,
 * looked at before anybody is asked to approve, and again before Cloud SQL is.
 */
public final class RestorePreconditions {

  private RestorePreconditions() {}

  /**
   * Why not; empty when nothing speaks against it.
   *
   * @throws CloudSqlException when Cloud SQL does not say
   */
  public static Optional<RestoreResult> refusal(CloudSqlApi api, CloudSqlInstance instance, long id)
      throws CloudSqlException {
    InstanceFacts facts = api.instance(instance);
    Optional<RestoreResult> ofInstance = ofInstance(facts);
    if (ofInstance.isPresent()) {
      return ofInstance;
    }
    try {
      return ofBackup(facts, api.backup(instance, id));
    } catch (CloudSqlException e) {
      if (e.kind() != CloudSqlException.Kind.NOT_FOUND) {
        throw e;
      }
      return refused(
          "BackupNotFound",
          "instance %s has no backup %d: it belongs to another instance, or was deleted. gcloud sql backups list --instance=%s --project=%s shows what there is"
              .formatted(instance, id, instance.name(), instance.project()));
    }
  }

  private static Optional<RestoreResult> ofInstance(InstanceFacts facts) {
    CloudSqlInstance instance = facts.instance();
    if (!facts.region().equals(instance.region())) {
      return refused(
          "InstanceNotFound",
          "instance %s is in region %s: correct spec.database.cloudSQL.instance of the migration"
              .formatted(instance, facts.region()));
    }
    if (facts.instanceType().equals("READ_REPLICA_INSTANCE")) {
      return refused(
          "InstanceIsReplica",
          "instance %s is a read replica and has no backups of its own: restore its primary"
              .formatted(instance));
    }
    if (!facts.replicaNames().isEmpty()) {
      return refused(
          "InstanceHasReplicas",
          "instance %s has read replicas, and Cloud SQL restores none that has: delete %s first (gcloud sql instances delete %s --project=%s), and create them again afterwards"
              .formatted(
                  instance,
                  String.join(", ", facts.replicaNames()),
                  facts.replicaNames().getFirst(),
                  instance.project()));
    }
    if (facts.backupTier().filter("ENHANCED"::equals).isPresent()) {
      return refused(
          "BackupTierNotSupported",
          "backups of instance %s are managed by Backup and DR (tier ENHANCED), which restores them itself"
              .formatted(instance));
    }
    if (!facts.running()) {
      return refused(
          "InstanceNotRunning",
          "instance %s is in state %s with activation policy %s: bring it back to RUNNABLE first"
              .formatted(instance, facts.state(), facts.activationPolicy()));
    }
    return Optional.empty();
  }

  private static Optional<RestoreResult> ofBackup(InstanceFacts facts, BackupRecord backup) {
    CloudSqlInstance instance = facts.instance();
    if (backup.status() != Status.SUCCESSFUL) {
      return refused(
          "BackupNotUsable",
          "backup %d of instance %s is %s and not SUCCESSFUL: choose another (gcloud sql backups list --instance=%s --project=%s)"
              .formatted(
                  backup.id(), instance, backup.status(), instance.name(), instance.project()));
    }
    Optional<String> other =
        backup.databaseVersion().filter(version -> !version.equals(facts.databaseVersion()));
    return other.isEmpty()
        ? Optional.empty()
        : refused(
            "VersionMismatch",
            "backup %d is of %s, instance %s is %s by now, and Cloud SQL restores only what is alike: restore it to a new instance of that version"
                .formatted(backup.id(), other.get(), instance, facts.databaseVersion()));
  }

  private static Optional<RestoreResult> refused(String reason, String message) {
    return Optional.of(new RestoreResult.Refused(reason, message));
  }
}
