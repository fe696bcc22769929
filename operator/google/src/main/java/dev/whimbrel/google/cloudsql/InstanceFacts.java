package dev.whimbrel.google.cloudsql;

import java.util.List;
import java.util.Optional;

/**
 * What Cloud SQL says about an instance ({@code instances.get}), as far as a migration needs it.
 *
 * @param instance which one
 * @param region where it really is; may differ from a mistyped connection name
 * @param state RUNNABLE, SUSPENDED, PENDING_CREATE, MAINTENANCE, FAILED …; RUNNABLE also means
 *     "stopped by its owner", see {@code activationPolicy}
 * @param activationPolicy ALWAYS when it is meant to run, NEVER when its owner stopped it
 * @param instanceType CLOUD_SQL_INSTANCE, READ_REPLICA_INSTANCE …
 * @param databaseVersion for example POSTGRES_17
 * @param privateIp address in the VPC, where it has one
 * @param primaryIp public address, where it has one
 * @param pointInTimeRecovery whether write-ahead logs are kept, so that any second can be restored
 * @param backupTier STANDARD or ENHANCED, where the API says it
 * @param replicaNames read replicas; a restore in place needs them gone first
 */
public record InstanceFacts(
    CloudSqlInstance instance,
    String region,
    String state,
    String activationPolicy,
    String instanceType,
    String databaseVersion,
    Optional<String> privateIp,
    Optional<String> primaryIp,
    boolean pointInTimeRecovery,
    Optional<String> backupTier,
    List<String> replicaNames) {

  /** Copies the list. */
  public InstanceFacts {
    replicaNames = List.copyOf(replicaNames);
  }

  /** Whether it should answer: RUNNABLE, and not stopped by its owner. */
  public boolean running() {
    return state.equals("RUNNABLE") && !activationPolicy.equals("NEVER");
  }
}
