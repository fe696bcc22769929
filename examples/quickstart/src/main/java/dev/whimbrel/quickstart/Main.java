package dev.whimbrel.quickstart;

import java.time.Clock;
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

  private static final int REFUSED = 1;

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
    embedded,
    local,
    current
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
    Workspace workspace = Workspace.create();
    Screen screen =
        new Screen(
            System.out, Boolean.getBoolean("whimbrel.quickstart.terminal"), Clock.systemUTC());
    // What the testkit has to say while it builds goes above the progress line, not through it.
    System.setErr(screen.lines());
    Cleanup cleanup = new Cleanup(screen);
    cleanup.add(workspace);
    Interruption interruption = Interruption.ofThisThread(screen, cleanup);
    try (cleanup) {
      return play(screen, workspace, cleanup, interruption);
    } finally {
      screen.close();
      interruption.cleanedUp();
    }
  }

  private int play(Screen screen, Workspace workspace, Cleanup cleanup, Interruption interruption) {
    OperatorLog log = OperatorLog.start(workspace.folder(), cleanup);
    Answers answers = Answers.fromStandardInput();
    try {
      Cluster stage = start(screen, cleanup, log, answers);
      Tour tour = new Tour(stage, screen, answers, yes, keep);
      return tour.run() ? CommandLine.ExitCode.OK : REFUSED;
    } catch (InterruptedException | RuntimeException e) {
      if (!interruption.happened()) {
        screen.heading("The quickstart failed");
        screen.line(e.getMessage() == null ? e.toString() : e.getMessage());
        screen.line("The last that the operator and its surroundings logged:");
        log.last().forEach(line -> screen.line("  " + line));
      }
      return REFUSED;
    }
  }

  private Cluster start(Screen screen, Cleanup cleanup, OperatorLog log, Answers answers)
      throws InterruptedException {
    return switch (cluster) {
      case embedded -> EmbeddedCluster.start(screen, cleanup, log);
      case local -> LocalCluster.start(screen, cleanup, log);
      case current -> CurrentCluster.start(screen, cleanup, image, answers, yes);
    };
  }
}
