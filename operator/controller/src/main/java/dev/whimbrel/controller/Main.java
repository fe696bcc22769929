package dev.whimbrel.controller;

import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.controller.process.Options;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the operator. */
@Command(
    name = "operator",
    description = "Runs the Whimbrel operator until it is told to stop.",
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {

  @Option(
      names = "--namespace",
      defaultValue = "${env:POD_NAMESPACE:-whimbrel-system}",
      description = "Namespace of the operator itself; Leases live there.")
  private String namespace;

  @Option(
      names = "--watch-namespaces",
      split = ",",
      description = "Namespaces to watch; all by default.")
  private List<String> watchNamespaces = List.of();

  @Option(names = "--runner-image", required = true, description = "Image in which the steps run.")
  private String runnerImage;

  @Option(
      names = "--image-pull-policy",
      defaultValue = "IfNotPresent",
      description = "Pull policy of that image.")
  private String pullPolicy;

  @Option(
      names = "--runner-env",
      description = "NAME=VALUE for every runner; repeatable. Not for secrets.")
  private Map<String, String> runnerEnvironment = new HashMap<>();

  @Option(
      names = "--leader-election",
      defaultValue = "true",
      arity = "1",
      description = "Wait until this replica leads.")
  private boolean leaderElection;

  @Option(
      names = "--identity",
      defaultValue = "${env:POD_NAME:-}",
      description = "Name of this replica; random by default.")
  private String identity;

  @Option(names = "--port", defaultValue = "8080", description = "Port of health and metrics.")
  private int port;

  /** Runs the operator; the exit code is that of picocli. */
  public static void main(String[] arguments) {
    String[] options =
        arguments.length > 0 && arguments[0].equals("operator")
            ? java.util.Arrays.copyOfRange(arguments, 1, arguments.length)
            : arguments;
    System.exit(new CommandLine(new Main()).execute(options));
  }

  @Override
  public Integer call() throws Exception {
    CountDownLatch stopped = new CountDownLatch(1);
    try (KubernetesClient client = new KubernetesClientBuilder().build()) {
      // Halt, not exit: a replica that has lost leadership must not run shutdown hooks that write.
      OperatorProcess process =
          new OperatorProcess(client, options(), () -> Runtime.getRuntime().halt(1));
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    process.close();
                    stopped.countDown();
                  },
                  "shutdown"));
      process.start();
      stopped.await();
    }
    return 0;
  }

  private Options options() {
    return new Options(
        namespace,
        new HashSet<>(watchNamespaces),
        new RunnerImage(runnerImage, pullPolicy, runnerEnvironment),
        leaderElection,
        identity == null || identity.isEmpty() ? UUID.randomUUID().toString() : identity,
        port);
  }
}
