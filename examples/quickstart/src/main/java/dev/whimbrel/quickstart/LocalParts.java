package dev.whimbrel.quickstart;

import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.Options;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.runner.Runner;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.node.SimulatedNode;
import dev.whimbrel.testkit.node.SimulatedNodeOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What runs on this machine where the API does too: node, Cloud SQL instance, operator. */
final class LocalParts {

  /** The operator's own namespace. */
  static final String OPERATOR_NAMESPACE = "whimbrel-system";

  private static final String IMAGE = "whimbrel:quickstart";

  /** As long as a small backup takes on the real thing is too long for a quickstart. */
  private static final Duration BACKUP_TAKES = Duration.ofSeconds(2);

  private final Screen screen;
  private final Cleanup cleanup;
  private final String password = Passwords.random();
  private FakeGoogleCloud google;
  private FakeInstance instance;

  LocalParts(Screen screen, Cleanup cleanup) {
    this.screen = screen;
    this.cleanup = cleanup;
  }

  /** A node whose containers are processes of this machine, with the runner for an image. */
  void startNode(KubernetesClient admin, Path folder) throws InterruptedException {
    SimulatedNodeOptions options =
        SimulatedNodeOptions.named("this-machine")
            .withImage(IMAGE, SimulatedImage.program(runnerCommand(folder)));
    cleanup.start(() -> SimulatedNode.start(admin, options));
    screen.timed("Node", "this-machine runs the containers of Jobs as local processes");
  }

  /** The runner as run.sh has built it, started as its image starts it. */
  private static List<String> runnerCommand(Path folder) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + folder.resolve("runner.jsa"),
        "-cp",
        System.getProperty("java.class.path"),
        Runner.class.getName());
  }

  /** A fake Cloud SQL instance with a real PostgreSQL behind it, and a database in it. */
  void startInstance() throws InterruptedException {
    screen.waitFor("PostgreSQL starts");
    google = cleanup.start(() -> FakeGoogleCloud.start(FakeGoogleCloudOptions.local()));
    // Ended with the fake cloud that it is in.
    cleanup.start(() -> {
      instance = google.createInstance(FakeInstanceOptions.of(Cluster.INSTANCE));
      instance.behavior().operationsTake(Duration.ZERO, BACKUP_TAKES);
      instance.createDatabase(Cluster.DATABASE, Cluster.DATABASE, password);
      return () -> {};
    });
    screen.timed(
        "Cloud SQL", Cluster.INSTANCE + ": a real PostgreSQL 17 behind a fake of Google's API");
  }

  /** The operator: same class, same options as in any cluster. */
  void startOperator(KubernetesClient client) throws InterruptedException {
    screen.waitFor("the operator starts");
    Map<String, String> environment =
        Map.of(
            CloudSqlAdmin.ENDPOINT_VARIABLE,
            google.endpoint().toString(),
            "WHIMBREL_CLOUDSQL_ADDRESS",
            instance.address() + ":" + instance.port());
    Operators.start(
        client,
        new Options(
            OPERATOR_NAMESPACE,
            Set.of(),
            new RunnerImage(IMAGE, "IfNotPresent", environment),
            true,
            "quickstart",
            0),
        cleanup);
    screen.timed("Operator", "at work: it talks to the Kubernetes API and to nothing else");
  }

  String password() {
    return password;
  }

  Connection connect() throws SQLException {
    return instance.connect(Cluster.DATABASE);
  }

  /** For the reader's own psql. */
  String psql() {
    return "PGPASSWORD=%s psql -h %s -p %d -U %s %s"
        .formatted(
            password, instance.address(), instance.port(), Cluster.DATABASE, Cluster.DATABASE);
  }
}
