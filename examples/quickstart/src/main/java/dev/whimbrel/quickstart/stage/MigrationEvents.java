package dev.whimbrel.quickstart.stage;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;

/** The Events of a migration. */
final class MigrationEvents {

  private static final int POLLS = 30;
  private static final long POLL_MILLIS = 100;

  private MigrationEvents() {}

  /** All of them, the last one included: the operator writes it just after the status. */
  static List<Event> of(KubernetesClient client, DatabaseMigration migration)
      throws InterruptedException {
    String last = migration.getStatus().message();
    for (int i = 0; i < POLLS; i++) {
      if (now(client, migration).stream().anyMatch(event -> event.getMessage().equals(last))) {
        break;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return now(client, migration);
  }

  private static List<Event> now(KubernetesClient client, DatabaseMigration migration) {
    return client
        .v1()
        .events()
        .inNamespace(migration.getMetadata().getNamespace())
        .list()
        .getItems()
        .stream()
        .filter(
            event -> migration.getMetadata().getUid().equals(event.getInvolvedObject().getUid()))
        .toList();
  }
}
