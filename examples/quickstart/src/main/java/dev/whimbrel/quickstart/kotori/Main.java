package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.LocalCluster;
import dev.whimbrel.quickstart.stage.Performance;
import dev.whimbrel.quickstart.stage.Scene;
import dev.whimbrel.testkit.python.PythonEnvironment;
import dev.whimbrel.testkit.realnode.PythonImage;
import dev.whimbrel.testkit.realnode.RealCluster;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the Kotori example. */
@Command(
    name = "run.sh",
    description =
        "Takes a team's Alembic migrations to production, and one of them back, before your eyes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {

  private static final Scene SCENE =
      new Scene("kotori", "kotori", "kotori-io:us-central1:kotori-db", "kotori");

  @Option(names = "--yes", description = "Approve without asking, and say so.")
  private boolean yes;

  @Option(
      names = "--cluster",
      defaultValue = "auto",
      paramLabel = "auto|real|local",
      description = {
        "real: a kubelet and containerd run the images; needs root on Linux, and Go once.",
        "local: a real control plane with a simulated node; needs Python 3 and Go once.",
        "auto: real where that is possible, else local (default)."
      })
  private ClusterKind cluster;

  @Option(
      names = "--backend",
      defaultValue = "jobs",
      paramLabel = "jobs|cloudbuild",
      description = {
        "jobs: pods do the steps (default).",
        "cloudbuild: builds make the images and do the steps, on a fake Cloud Build whose steps are"
            + " processes of this machine; with a simulated node, and needs git."
      })
  private BackendKind backend;

  @Option(names = "--keep", description = "Leave everything up at the end, until Ctrl-C.")
  private boolean keep;

  /** Where the story can play; the names are those of the option. */
  enum ClusterKind {
    auto,
    real,
    local
  }

  /** Who can do the steps; the names are those of the option. */
  enum BackendKind {
    jobs,
    cloudbuild
  }

  /** Runs the example: 0 when both releases ended as they should. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() {
    return Performance.of("The example", this::play);
  }

  private boolean play(Backstage backstage) throws InterruptedException {
    require(PythonEnvironment.unavailable());
    Kotori kotori = Kotori.copyTo(backstage.log().folder());
    return switch (backend) {
      case jobs ->
          new KotoriTour(start(backstage, kotori), kotori, new Pods(), backstage, yes, keep).run();
      case cloudbuild -> {
        require(
            cluster == ClusterKind.real
                ? Optional.of("--backend cloudbuild plays with --cluster local only")
                : Optional.empty());
        Builds builds = new Builds(kotori);
        ClusterHere here = LocalCluster.start(SCENE, Map.of(), backstage);
        yield new KotoriTour(here, kotori, builds, backstage, yes, keep).run();
      }
    };
  }

  private ClusterHere start(Backstage backstage, Kotori kotori) throws InterruptedException {
    Optional<String> obstacle = RealCluster.unavailable().or(PythonImage::unavailable);
    return switch (cluster) {
      case real -> {
        require(obstacle);
        yield RealNodeCluster.start(SCENE, kotori, backstage);
      }
      case local -> LocalCluster.start(SCENE, kotori.simulatedImages(), backstage);
      case auto -> {
        obstacle.ifPresent(reason ->
            backstage.screen().line("A simulated node it is, as with --cluster local: " + reason));
        yield obstacle.isEmpty()
            ? RealNodeCluster.start(SCENE, kotori, backstage)
            : LocalCluster.start(SCENE, kotori.simulatedImages(), backstage);
      }
    };
  }

  private static void require(Optional<String> obstacle) {
    obstacle.ifPresent(reason -> {
      throw new IllegalStateException("this cannot be shown here: " + reason);
    });
  }
}
