package dev.whimbrel.quickstart;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.quickstart.stage.Approver;
import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.Cluster;
import dev.whimbrel.quickstart.stage.Descriptions;
import dev.whimbrel.quickstart.stage.Rows;
import dev.whimbrel.quickstart.stage.RunWatcher;
import dev.whimbrel.quickstart.stage.Scene;
import dev.whimbrel.quickstart.stage.Screen;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * The story: a first release creates the tables and needs nobody; a second one changes them while
 * they hold data, so there is a backup, and a person who decides.
 */
final class Tour {

  private static final String HISTORY =
      "SELECT version, description, script, success FROM flyway_schema_history"
          + " ORDER BY installed_rank";

  private final Cluster cluster;
  private final KubernetesClient client;
  private final Screen screen;
  private final Approver approver;
  private final Rows rows;
  private final Scene scene;
  private final List<String> whatNext;
  private final Path folder =
      Path.of(System.getProperty("whimbrel.root", "")).resolve("examples/quickstart");
  private final boolean keep;

  Tour(
      Cluster cluster,
      Backstage backstage,
      List<String> whatNext,
      boolean approveUnasked,
      boolean keep) {
    this.cluster = cluster;
    this.scene = cluster.scene();
    this.client = cluster.client();
    this.screen = backstage.screen();
    this.approver = new Approver(client, screen, backstage.answers(), approveUnasked);
    this.rows = new Rows(cluster);
    this.whatNext = whatNext;
    this.keep = keep;
  }

  /** Plays it; true when it ended in phase Succeeded. */
  boolean run() throws InterruptedException {
    createSecret();
    boolean succeeded;
    try (RunWatcher watcher = new RunWatcher(client, scene.namespace(), screen)) {
      succeeded = firstRelease(watcher) && secondRelease(watcher);
    }
    if (keep) {
      screen.heading("Everything stays up until you press Ctrl-C (--keep)");
      cluster.howToWatch().forEach(line -> screen.line("  " + line));
      new CountDownLatch(1).await();
    }
    return succeeded;
  }

  private void createSecret() {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("orders-db")
                .withNamespace(scene.namespace())
                .endMetadata()
                .withData(
                    Map.of(
                        "username", base64(scene.database()),
                        "password", base64(cluster.password())))
                .build())
        .create();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private boolean firstRelease(RunWatcher watcher) throws InterruptedException {
    screen.heading("Release 1: new tables in an empty database");
    DatabaseMigration done = watcher.untilRest(generation(apply(Release.ofFirst(1, folder))));
    if (!succeeded(done)) {
      return ended(done);
    }
    screen.line(
        "             Low risk: no backup, nobody was asked; one pod planned, migrated and"
            + " verified.");
    rows.write(
        """
        INSERT INTO customers VALUES (1, 'ada@example.com'), (2, 'grace@example.com');
        INSERT INTO orders VALUES (10, 1, 19.90), (11, 2, 7.50), (12, 1, 42.00)
        """);
    screen.timed("Application", "writes three orders of two customers");
    return true;
  }

  private boolean secondRelease(RunWatcher watcher) throws InterruptedException {
    screen.heading("Release 2: the same tables change, and now they hold data");
    long generation = generation(apply(Release.ofAll(folder)));
    DatabaseMigration now = watcher.untilSomebodyMustAct(generation);
    if (Phase.AWAITING_APPROVAL.label().equals(now.getStatus().phase())) {
      hintAtKubectl();
      approver.decide(now);
      now = watcher.untilRest(generation);
    }
    return ended(now);
  }

  private void hintAtKubectl() {
    if (!cluster.howToWatch().isEmpty()) {
      screen.line("");
      screen.line("  In another terminal, if you like:");
      cluster.howToWatch().forEach(line -> screen.line("    " + line));
    }
  }

  private DatabaseMigration apply(Release release) {
    client.resource(release.configMap(scene.namespace())).create();
    screen.timed(
        "$ kubectl apply",
        "-f migration.yaml   # with ConfigMap %s: %s"
            .formatted(release.configMapName(), String.join(", ", release.names())));
    return client.resource(release.migration()).forceConflicts().serverSideApply();
  }

  private static long generation(DatabaseMigration applied) {
    return applied.getMetadata().getGeneration();
  }

  private boolean ended(DatabaseMigration migration) throws InterruptedException {
    new Descriptions(client, screen).show(migration);
    if (succeeded(migration)) {
      screen.heading("What the database itself says");
      rows.of(HISTORY).forEach(screen::line);
      screen.line("");
      rows.of("SELECT * FROM orders ORDER BY id").forEach(screen::line);
    }
    screen.heading("Where to go from here");
    whatNext.forEach(line -> screen.line("  " + line));
    screen.line("  docs/write-a-migration.md, docs/approve.md, docs/install.md");
    screen.line("");
    screen.line(
        "migration orders ended in phase " + migration.getStatus().phase() + why(migration));
    return succeeded(migration);
  }

  private static String why(DatabaseMigration migration) {
    return succeeded(migration)
        ? ", revision " + migration.getStatus().currentRevision()
        : ": "
            + migration.getStatus().message()
            + (Phase.REJECTED.label().equals(migration.getStatus().phase())
                ? " (nothing of release 2 has run; the database is as release 1 left it)"
                : "");
  }

  private static boolean succeeded(DatabaseMigration migration) {
    return Phase.SUCCEEDED.label().equals(migration.getStatus().phase());
  }
}
