package dev.whimbrel.google.cloudsql;

import java.util.Optional;

/** Whether an instance can be backed up on demand at all. */
public final class BackupPreconditions {

  private BackupPreconditions() {}

  /** Why not; empty when nothing speaks against it. */
  public static Optional<BackupResult> refusal(InstanceFacts facts) {
    CloudSqlInstance instance = facts.instance();
    if (!facts.region().equals(instance.region())) {
      return permanent(
          "InstanceNotFound",
          "instance %s is in region %s: write %s:%s:%s in spec.database.cloudSQL.instance"
              .formatted(
                  instance, facts.region(), instance.project(), facts.region(), instance.name()));
    }
    if (facts.instanceType().equals("READ_REPLICA_INSTANCE")) {
      return permanent(
          "InstanceIsReplica",
          "instance %s is a read replica, which can be neither backed up nor migrated: name its primary in spec.database.cloudSQL.instance"
              .formatted(instance));
    }
    if (facts.backupTier().filter("ENHANCED"::equals).isPresent()) {
      return permanent(
          "BackupTierNotSupported",
          "backups of instance %s are managed by Backup and DR (tier ENHANCED), where on-demand backups are taken elsewhere: take one there and set spec.backup.policy to Never"
              .formatted(instance));
    }
    return state(facts);
  }

  private static Optional<BackupResult> state(InstanceFacts facts) {
    CloudSqlInstance instance = facts.instance();
    if (facts.running()) {
      return Optional.empty();
    }
    return switch (facts.state()) {
      case "RUNNABLE" ->
          permanent(
              "InstanceStopped",
              "instance %s was stopped by its owner (activationPolicy NEVER): start it with gcloud sql instances patch %s --project=%s --activation-policy=ALWAYS, then retry"
                  .formatted(instance, instance.name(), instance.project()));
      case "PENDING_CREATE", "MAINTENANCE", "ONLINE_MAINTENANCE", "REPAIRING" ->
          Optional.of(
              new BackupResult.Transient(
                  "InstanceNotReady",
                  "instance %s is in state %s; no backup was requested. The next attempt tries again"
                      .formatted(instance, facts.state()),
                  Optional.empty()));
      default ->
          permanent(
              "InstanceNotRunning",
              "instance %s is in state %s and cannot be backed up: bring it back to RUNNABLE (Google Cloud console, page of the instance), then retry"
                  .formatted(instance, facts.state()));
    };
  }

  private static Optional<BackupResult> permanent(String reason, String message) {
    return Optional.of(new BackupResult.Permanent(reason, message));
  }
}
