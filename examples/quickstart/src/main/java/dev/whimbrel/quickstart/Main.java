package dev.whimbrel.quickstart;

import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.Cluster;
import dev.whimbrel.quickstart.stage.LocalCluster;
import dev.whimbrel.quickstart.stage.Performance;
import dev.whimbrel.quickstart.stage.Scene;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the quickstart. */
@Command(
    name = "run.sh",
    description =
        "Carries a schema change from kubectl apply to a verified database, before your eyes.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class Main implements Callable<Integer> {

  private static final Scene SCENE =
      new Scene("whimbrel-quickstart", "orders", "shop-prod:us-central1:shop-db", "orders");

  @Option(names = "--yes", description = "Approve without asking, and say so.")
  private boolean yes;

  @Option(
      names = "--cluster",
      defaultValue = "embedded",
      paramLabel = "embedded|local|current",
      description = {
        "embedded: a Kubernetes API in this process; needs nothing but a JDK (default).",
        "local: a real control plane; needs Go once, to build it.",
        "current: the cluster of your current kubeconfig; needs --image."
      })
  private ClusterKind cluster;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "For --cluster current: the quickstart's image, where its nodes can pull it.")
  private String image;

  @Option(names = "--keep", description = "Leave everything up at the end, until Ctrl-C.")
  private boolean keep;

  /** Where the story can play; the names are those of the option. */
  enum ClusterKind {
    embedded(
        "--cluster local    the same on a real Kubernetes control plane, where kubectl works",
        "--cluster current  the same on your own cluster"),
    local(
        "--keep             leaves this control plane up until Ctrl-C, for your kubectl",
        "--cluster current  the same on your own cluster"),
    current("--keep  leaves everything up until Ctrl-C, for your kubectl");

    private final List<String> whatNext;

    ClusterKind(String... whatNext) {
      this.whatNext = List.of(whatNext);
    }
  }

  /** Runs the quickstart: 0 when it ended in phase Succeeded. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    System.exit(line.execute(arguments));
  }

  @Override
  public Integer call() {
    if ((cluster == ClusterKind.current) != (image != null)) {
      System.err.println(
          cluster == ClusterKind.current
              ? "run.sh: --cluster current needs --image: an image that the cluster's nodes can"
                  + " pull; README.md says how to build it"
              : "run.sh: --image goes with --cluster current only");
      return CommandLine.ExitCode.USAGE;
    }
    return Performance.of("The quickstart", this::play);
  }

  private boolean play(Backstage backstage) throws InterruptedException {
    return new Tour(start(backstage), backstage, cluster.whatNext, yes, keep).run();
  }

  private Cluster start(Backstage backstage) throws InterruptedException {
    return switch (cluster) {
      case embedded -> EmbeddedCluster.start(SCENE, backstage);
      case local -> LocalCluster.start(SCENE, Map.of(), backstage);
      case current -> CurrentCluster.start(SCENE, image, backstage, yes);
    };
  }
}
