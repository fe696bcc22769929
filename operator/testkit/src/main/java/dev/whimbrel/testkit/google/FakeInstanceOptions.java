package dev.whimbrel.testkit.google;

import java.util.List;
import java.util.Optional;

/**
 * What a fake instance is like.
 *
 * @param project project id, may be domain-scoped
 * @param region for example {@code us-central1}
 * @param name name within the project
 * @param bindAddress where its PostgreSQL listens on port 5432; empty for the first free address of
 *     127.0.7.0/24
 * @param privateAddress what the API gives as its private IP; empty for {@code bindAddress}
 * @param pointInTimeRecovery whether it claims to keep write-ahead logs
 * @param backupTier STANDARD or ENHANCED
 * @param replicaNames read replicas, which block a restore
 * @param database whether a PostgreSQL server stands behind it
 */
public record FakeInstanceOptions(
    String project,
    String region,
    String name,
    Optional<String> bindAddress,
    Optional<String> privateAddress,
    boolean pointInTimeRecovery,
    String backupTier,
    List<String> replicaNames,
    boolean database) {

  /** Copies the list. */
  public FakeInstanceOptions {
    replicaNames = List.copyOf(replicaNames);
  }

  /**
   * An ordinary instance: private IP on the loopback interface, point-in-time recovery on.
   *
   * @param connectionName {@code project:region:instance}
   */
  public static FakeInstanceOptions of(String connectionName) {
    int name = connectionName.lastIndexOf(':');
    int region = connectionName.lastIndexOf(':', name - 1);
    if (region < 1) {
      throw new IllegalArgumentException(
          "\"" + connectionName + "\" is not a connection name: write project:region:instance");
    }
    return new FakeInstanceOptions(
        connectionName.substring(0, region),
        connectionName.substring(region + 1, name),
        connectionName.substring(name + 1),
        Optional.empty(),
        Optional.empty(),
        true,
        "STANDARD",
        List.of(),
        true);
  }

  /** The same under another name, at an address of its own, without replicas: what a clone is. */
  FakeInstanceOptions named(String other) {
    return new FakeInstanceOptions(
        project,
        region,
        other,
        Optional.empty(),
        Optional.empty(),
        pointInTimeRecovery,
        backupTier,
        List.of(),
        database);
  }

  /** The same, listening elsewhere: say, where pods reach it. */
  public FakeInstanceOptions listeningOn(String address) {
    return new FakeInstanceOptions(
        project,
        region,
        name,
        Optional.of(address),
        privateAddress,
        pointInTimeRecovery,
        backupTier,
        replicaNames,
        database);
  }

  /** The same, with a private IP other than where it listens: say, a Kubernetes Service's. */
  public FakeInstanceOptions advertising(String address) {
    return new FakeInstanceOptions(
        project,
        region,
        name,
        bindAddress,
        Optional.of(address),
        pointInTimeRecovery,
        backupTier,
        replicaNames,
        database);
  }

  /** The same, with or without point-in-time recovery. */
  public FakeInstanceOptions withPointInTimeRecovery(boolean on) {
    return new FakeInstanceOptions(
        project, region, name, bindAddress, privateAddress, on, backupTier, replicaNames, database);
  }

  /** The same in another backup tier. */
  public FakeInstanceOptions withBackupTier(String tier) {
    return new FakeInstanceOptions(
        project,
        region,
        name,
        bindAddress,
        privateAddress,
        pointInTimeRecovery,
        tier,
        replicaNames,
        database);
  }

  /** The same with read replicas. */
  public FakeInstanceOptions withReplicas(String... names) {
    return new FakeInstanceOptions(
        project,
        region,
        name,
        bindAddress,
        privateAddress,
        pointInTimeRecovery,
        backupTier,
        List.of(names),
        database);
  }

  /** The same without a PostgreSQL server: the API alone, in no time. */
  public FakeInstanceOptions withoutDatabase() {
    return new FakeInstanceOptions(
        project,
        region,
        name,
        bindAddress,
        privateAddress,
        pointInTimeRecovery,
        backupTier,
        replicaNames,
        false);
  }

  /** {@code project:region:instance}. */
  public String connectionName() {
    return project + ":" + region + ":" + name;
  }
}
