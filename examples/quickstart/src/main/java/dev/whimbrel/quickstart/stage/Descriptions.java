package dev.whimbrel.quickstart.stage;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;

/** Shows a migration as {@code kubectl describe} does, Events included. */
public final class Descriptions {

  private final KubernetesClient client;
  private final Screen screen;

  /** On that screen. */
  public Descriptions(KubernetesClient client, Screen screen) {
    this.client = client;
    this.screen = screen;
  }

  /** Shows it, below a heading with the command. */
  public void show(DatabaseMigration migration) throws InterruptedException {
    screen.heading(
        "What kubectl -n %s describe dbm %s shows"
            .formatted(migration.getMetadata().getNamespace(), migration.getMetadata().getName()));
    Description.of(migration, MigrationEvents.of(client, migration), Instant.now())
        .forEach(screen::line);
  }
}
