package dev.whimbrel.quickstart.stage;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Phase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Shows a migration's phases as they come, as {@code kubectl get dbm -w} would. */
public final class RunWatcher implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final long FINALIZER_SECONDS = 10;

  private final Screen screen;
  private final BlockingQueue<DatabaseMigration> changes = new LinkedBlockingQueue<>();
  private final SharedIndexInformer<DatabaseMigration> informer;
  private String shown = "";

  public RunWatcher(KubernetesClient client, String namespace, Screen screen) {
    this.screen = screen;
    this.informer =
        client.resources(DatabaseMigration.class).inNamespace(namespace).inform(new Queue(), 0);
  }

  /** Shows phases until the run of this generation rests, or waits for a person. */
  public DatabaseMigration untilSomebodyMustAct(long generation) throws InterruptedException {
    return until(generation, phase -> phase.resting() || phase == Phase.AWAITING_APPROVAL);
  }

  /**
   * Shows phases until the run of this generation rests; returns once the operator has nothing left
   * to do for it, Events and finalizer included.
   */
  public DatabaseMigration untilRest(long generation) throws InterruptedException {
    DatabaseMigration resting = until(generation, Phase::resting);
    while (resting.getMetadata().getFinalizers().contains(Whimbrel.FINALIZER)) {
      DatabaseMigration next = changes.poll(FINALIZER_SECONDS, TimeUnit.SECONDS);
      if (next == null) {
        break;
      }
      resting = next;
    }
    return resting;
  }

  private DatabaseMigration until(long generation, Predicate<Phase> reached)
      throws InterruptedException {
    Instant limit = Instant.now().plus(LIMIT);
    screen.waitFor("the operator has not seen it yet");
    while (true) {
      DatabaseMigration migration = changes.poll(1, TimeUnit.SECONDS);
      if (migration == null) {
        if (Instant.now().isAfter(limit)) {
          throw new IllegalStateException(
              "nothing came of it within %d minutes; the last phase was %s"
                  .formatted(LIMIT.toMinutes(), shown));
        }
        continue;
      }
      DatabaseMigrationStatus status = migration.getStatus();
      if (status == null || status.phase() == null || !isAbout(status, generation)) {
        continue;
      }
      show(status);
      if (Phase.of(status.phase()).filter(reached).isPresent()) {
        screen.waitFor("");
        return migration;
      }
    }
  }

  private static boolean isAbout(DatabaseMigrationStatus status, long generation) {
    return status.observedGeneration() != null && status.observedGeneration() == generation;
  }

  private void show(DatabaseMigrationStatus status) {
    String line = status.phase() + "\n" + status.message();
    if (!line.equals(shown)) {
      shown = line;
      screen.timed(status.phase(), status.message() == null ? "" : status.message());
    }
    screen.waitFor(status.phase());
  }

  @Override
  public void close() {
    informer.close();
  }

  private final class Queue implements ResourceEventHandler<DatabaseMigration> {

    @Override
    public void onAdd(DatabaseMigration migration) {
      changes.add(migration);
    }

    @Override
    public void onUpdate(DatabaseMigration before, DatabaseMigration after) {
      changes.add(after);
    }

    @Override
    public void onDelete(DatabaseMigration migration, boolean finalStateUnknown) {
      // The story ends with the namespace; nothing is waited for any more.
      changes.clear();
    }
  }
}
