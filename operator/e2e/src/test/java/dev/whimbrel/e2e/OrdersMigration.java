package dev.whimbrel.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The migration of one database in one namespace, as its owner sees it. Database, role and
 * namespace have the same name.
 */
record OrdersMigration(Surroundings surroundings, String namespace) {

  static final String PASSWORD = "!@#$%^&*(){}'\";";

  private static final String NAME = "orders";
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

  /** Creates the Secret with the credentials; {@code passwordKey} is the name of its second key. */
  void createSecret(String passwordKey) {
    client()
        .resource(
            new io.fabric8.kubernetes.api.model.SecretBuilder()
                .withNewMetadata()
                .withName("orders-db")
                .withNamespace(namespace)
                .endMetadata()
                .addToStringData("username", namespace)
                .addToStringData(passwordKey, PASSWORD)
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
        metadata: {name: orders-yes}
        spec:
          migration: orders
          decision: Approve
          approver: jane
          plan: {name: %s, uid: %s, hash: "%s"}
        """
            .formatted(status.plan().name(), status.plan().uid(), status.plan().hash()));
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
            client().resources(DatabaseMigration.class).inNamespace(namespace).withName(NAME).get())
        .map(DatabaseMigration::getStatus);
  }

  private String phase() {
    return status().map(DatabaseMigrationStatus::phase).orElse("");
  }

  /** The object and the logs of its pods, for a failure that has to be explained. */
  String describe() {
    return Serialization.asYaml(
            client().resources(DatabaseMigration.class).inNamespace(namespace).withName(NAME).get())
        + PodLogs.of(client(), namespace);
  }

  KubernetesClient client() {
    return surroundings.client();
  }
}
