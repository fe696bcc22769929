package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.RunStatus;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The migration of one database in one namespace, as its owner sees it.
 *
 * @param name of the DatabaseMigration
 */
record AppliedMigration(Surroundings surroundings, String namespace, String name) {

  static final String PASSWORD = "!@#$%^&*(){}'\";";

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** Applies manifests into the namespace, as {@code kubectl apply} does. */
  void apply(String manifests) {
    for (String manifest : manifests.split("(?m)^---$")) {
      client()
          .resource(
              Serialization.unmarshal(manifest, io.fabric8.kubernetes.api.model.HasMetadata.class))
          .inNamespace(namespace)
          .forceConflicts()
          .serverSideApply();
    }
  }

  void createSecret(String secret, Map<String, String> data) {
    client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(secret)
                .withNamespace(namespace)
                .endMetadata()
                .withStringData(data)
                .build())
        .create();
  }

  /** Approves the plan that the migration waits with. */
  void approve() {
    DatabaseMigrationStatus status = status().orElseThrow();
    apply(
        """
        apiVersion: whimbrel.dev/v1alpha1
        kind: MigrationApproval
        metadata: {name: %2$s-yes}
        spec:
          migration: %1$s
          decision: Approve
          approver: jane
          plan: {name: %2$s, uid: %3$s, hash: "%4$s"}
        """
            .formatted(name, status.plan().name(), status.plan().uid(), status.plan().hash()));
  }

  /** Waits for the phase; a failure shows the whole object. */
  DatabaseMigrationStatus awaitPhase(String phase) {
    await("phase " + phase)
        .atMost(LIMIT)
        .pollInterval(INTERVAL)
        .failFast(
            "it came to rest elsewhere",
            () -> assertThat(phase()).as(this::describe).isIn(possible(phase)))
        .untilAsserted(() -> assertThat(phase()).as(this::describe).isEqualTo(phase));
    return status().orElseThrow();
  }

  private static List<String> possible(String wanted) {
    List<String> phases =
        new ArrayList<>(
            List.of("", "Planning", "BackingUp", "AwaitingApproval", "Migrating", "Recovering"));
    phases.addAll(List.of("Verifying", wanted));
    return phases;
  }

  /** Waits until another run than this one is under way, or has ended. */
  void awaitRunAfter(String run) {
    await("a run after " + run)
        .atMost(LIMIT)
        .pollInterval(INTERVAL)
        .untilAsserted(() ->
            assertThat(status().map(DatabaseMigrationStatus::run).map(RunStatus::id))
                .as(this::describe)
                .isPresent()
                .isNotEqualTo(Optional.of(run)));
  }

  /** Waits until the message contains the words. */
  void awaitMessage(String words) {
    await("message with " + words)
        .atMost(LIMIT)
        .pollInterval(INTERVAL)
        .untilAsserted(() ->
            assertThat(status().map(DatabaseMigrationStatus::message).orElse(""))
                .as(this::describe)
                .contains(words));
  }

  Optional<DatabaseMigrationStatus> status() {
    return Optional.ofNullable(
            client().resources(DatabaseMigration.class).inNamespace(namespace).withName(name).get())
        .map(DatabaseMigration::getStatus);
  }

  private String phase() {
    return status().map(DatabaseMigrationStatus::phase).orElse("");
  }

  /**
   * The object, and what its pods and the operator said, for a failure that has to be explained.
   */
  String describe() {
    DatabaseMigration migration =
        client().resources(DatabaseMigration.class).inNamespace(namespace).withName(name).get();
    if (migration != null) {
      migration.getMetadata().setManagedFields(null);
    }
    return Serialization.asYaml(migration)
        + PodLogs.of(client(), namespace)
        + PodLogs.of(client(), InstalledOperator.NAMESPACE);
  }

  KubernetesClient client() {
    return surroundings.client();
  }
}
