package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.quickstart.stage.Approver;
import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.Descriptions;
import dev.whimbrel.quickstart.stage.RunWatcher;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.python.KotoriExample;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The story: a release is carried out in the team's own image; the next one fails halfway, is
 * explained, and taken back by a plan for the way back.
 */
final class KotoriTour {

  private final ClusterHere cluster;
  private final Kotori kotori;
  private final Backend backend;
  private final Manifests manifests;
  private final KotoriDatabase database;
  private final KubernetesClient client;
  private final Screen screen;
  private final Approver approver;
  private final Descriptions descriptions;
  private final boolean keep;

  KotoriTour(
      ClusterHere cluster,
      Kotori kotori,
      Backend backend,
      Backstage backstage,
      boolean approveUnasked,
      boolean keep) {
    this.cluster = cluster;
    this.kotori = kotori;
    this.backend = backend;
    this.manifests = backend.manifests();
    this.database = new KotoriDatabase(cluster);
    this.client = cluster.client();
    this.screen = backstage.screen();
    this.approver = new Approver(client, screen, backstage.answers(), approveUnasked);
    this.descriptions = new Descriptions(client, screen);
    this.keep = keep;
  }

  /** Plays it; true when both releases ended as told. */
  boolean run() throws InterruptedException {
    setUp();
    boolean asTold;
    try (RunWatcher watcher = new RunWatcher(client, cluster.scene().namespace(), screen)) {
      asTold = firstRelease(watcher) && secondRelease(watcher) && wayBack(watcher);
    }
    backend.lookBack(cluster, screen);
    screen.heading("The end");
    screen.line(
        asTold
            ? "Both stories ended as told: release 1 is in, release 2 was taken back."
            : "The story did not end as it should have.");
    whereToGo();
    if (keep) {
      screen.heading("Everything stays up until you press Ctrl-C (--keep)");
      cluster.howToWatch().forEach(line -> screen.line("  " + line));
      new CountDownLatch(1).await();
    }
    return asTold;
  }

  private void setUp() {
    screen.heading("Production, before");
    screen.waitFor("Alembic brings the database to where production is");
    database.bringToProduction(kotori);
    screen.waitFor("");
    database.share();
    screen.timed(
        "Database",
        "at %s, as the team left it; it holds shares".formatted(KotoriExample.PRODUCTION));
    backend.setUp(cluster, database, screen);
  }

  private boolean firstRelease(RunWatcher watcher) throws InterruptedException {
    screen.heading("Release 1: four revisions in the team's own image");
    DatabaseMigration done = carryOut(watcher, manifests.firstRelease(), manifests.firstChange());
    descriptions.show(done);
    screen.heading("What the database itself says");
    database.version().forEach(screen::line);
    screen.line("");
    database.shares().forEach(screen::line);
    backend.released();
    return isIn(done, Phase.SUCCEEDED) && database.isAt(KotoriExample.RELEASED);
  }

  private boolean secondRelease(RunWatcher watcher) throws InterruptedException {
    screen.heading("Release 2: a unique constraint that forgets that people look twice");
    database.lookTwice();
    screen.timed("Application", "max@example.com looks at share 1, and looks again");
    DatabaseMigration failed =
        carryOut(watcher, manifests.secondRelease(), manifests.secondChange());
    descriptions.show(failed);
    screen.heading("What the database itself says: the first half is in, the second is not");
    database.version().forEach(screen::line);
    screen.line("");
    database.accesses().forEach(screen::line);
    backend.failed();
    return isIn(failed, Phase.FAILED) && database.isAt(KotoriExample.HALFWAY);
  }

  private boolean wayBack(RunWatcher watcher) throws InterruptedException {
    screen.heading(
        "The way back: target %s, and a downgrade from %s is allowed"
            .formatted(KotoriExample.RELEASED, KotoriExample.HALFWAY));
    DatabaseMigration back =
        carryOut(
            watcher,
            manifests.wayBack(),
            "target: %s, allowDowngrade: %s"
                .formatted(KotoriExample.RELEASED, KotoriExample.HALFWAY));
    descriptions.show(back);
    screen.heading("What the database itself says: as release 1 left it");
    database.version().forEach(screen::line);
    screen.line("");
    database.shares().forEach(screen::line);
    return isIn(back, Phase.SUCCEEDED) && database.isAt(KotoriExample.RELEASED) && backend.asTold();
  }

  /** Applies it, asks where somebody has to decide, and returns it at rest. */
  private DatabaseMigration carryOut(RunWatcher watcher, DatabaseMigration migration, String what)
      throws InterruptedException {
    screen.timed("$ kubectl apply", "-f migration.yaml   # " + what);
    long generation =
        client.resource(migration).forceConflicts().serverSideApply().getMetadata().getGeneration();
    DatabaseMigration now = watcher.untilSomebodyMustAct(generation);
    if (isIn(now, Phase.AWAITING_APPROVAL)) {
      approver.decide(now);
      now = watcher.untilRest(generation);
    }
    return now;
  }

  private static boolean isIn(DatabaseMigration migration, Phase phase) {
    return phase.label().equals(migration.getStatus().phase());
  }

  private void whereToGo() {
    screen.heading("Where to go from here");
    List.of(
            "examples/kotori/deploy.sh  the same from a pipeline: apply, wait, deploy, verify",
            "--keep                     leaves everything up until Ctrl-C, for your kubectl",
            "docs/write-a-migration.md, docs/approve.md, docs/recover.md")
        .forEach(line -> screen.line("  " + line));
  }
}
