package dev.whimbrel.quickstart.stage;

import dev.whimbrel.controller.act.RunnerImage;
import dev.whimbrel.controller.process.Options;
import dev.whimbrel.google.build.CloudBuildClient;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.google.run.CloudRunClient;
import dev.whimbrel.google.secrets.SecretManagerClient;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.node.SimulatedNode;
import dev.whimbrel.testkit.node.SimulatedNodeOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** What runs on this machine where the API does too: node, Cloud SQL instance, operator. */
public final class LocalParts {

  /** The operator's own namespace. */
  static final String OPERATOR_NAMESPACE = "whimbrel-system";

  private static final String LOOPBACK = "127.0.0.1";

  private static final String IMAGE = "whimbrel:quickstart";

  /** As long as a small backup takes on the real thing is too long for a quickstart. */
  private static final Duration BACKUP_TAKES = Duration.ofSeconds(2);

  private final Scene scene;
  private final Backstage backstage;
  private final String password = Passwords.random();
  private FakeGoogleCloud google;
  private FakeInstance instance;

  /** None of them yet. */
  public LocalParts(Scene scene, Backstage backstage) {
    this.scene = scene;
    this.backstage = backstage;
  }

  /** Starts them all. */
  public void start(
      KubernetesClient admin, KubernetesClient operator, Map<String, SimulatedImage> images)
      throws InterruptedException {
    startNode(admin, images);
    startInstance(LOOPBACK);
    startOperator(operator);
  }

  /** A node whose containers are processes of this machine, with the runner for an image. */
  private void startNode(KubernetesClient admin, Map<String, SimulatedImage> images)
      throws InterruptedException {
    SimulatedNodeOptions options =
        SimulatedNodeOptions.named("this-machine")
            .withImage(IMAGE, RunnerProgram.image(backstage.log().folder()));
    for (Map.Entry<String, SimulatedImage> image : images.entrySet()) {
      options = options.withImage(image.getKey(), image.getValue());
    }
    SimulatedNodeOptions complete = options;
    backstage.cleanup().start(() -> SimulatedNode.start(admin, complete));
    backstage.screen().timed("Node", "this-machine runs the containers of Jobs as local processes");
  }

  /**
   * A fake Cloud SQL instance with a real PostgreSQL behind it, and a database in it.
   *
   * @param address of this machine, where both listen
   */
  public void startInstance(String address) throws InterruptedException {
    backstage.screen().waitFor("PostgreSQL starts");
    google =
        backstage
            .cleanup()
            .start(() ->
                FakeGoogleCloud.start(FakeGoogleCloudOptions.local().listeningOn(address, 0)));
    // Ended with the fake cloud that it is in.
    backstage
        .cleanup()
        .start(() -> {
          instance =
              google.createInstance(FakeInstanceOptions.of(scene.instance()).listeningOn(address));
          instance.behavior().operationsTake(Duration.ZERO, BACKUP_TAKES);
          instance.createDatabase(scene.database(), scene.database(), password);
          return () -> {};
        });
    backstage
        .screen()
        .timed(
            "Cloud SQL", scene.instance() + ": a real PostgreSQL 17 behind a fake of Google's API");
  }

  /** The operator: same class, same options as in any cluster. */
  private void startOperator(KubernetesClient client) throws InterruptedException {
    backstage.screen().waitFor("the operator starts");
    Operators.start(
        client,
        new Options(
            OPERATOR_NAMESPACE,
            Set.of(),
            new RunnerImage(IMAGE, "IfNotPresent", runnerEnvironment()),
            true,
            "quickstart",
            0),
        backstage.cleanup());
    backstage
        .screen()
        .timed("Operator", "at work: it talks to the Kubernetes API and to nothing else");
  }

  /** The fake Google Cloud that the instance is in. */
  public FakeGoogleCloud google() {
    return google;
  }

  /** From now on builds run on this pool, with the runner for an image. */
  public void allowBuildsOn(String pool) {
    google
        .cloudBuild()
        .withPool(pool)
        .withImage(IMAGE, RunnerProgram.image(backstage.log().folder()));
  }

  /**
   * What a runner has to know of the fake: the addresses of its APIs, and that sessions go where a
   * Cloud SQL Auth Proxy would be, since the fake has no certificate.
   */
  public Map<String, String> runnerEnvironment() {
    return Map.of(
        CloudBuildClient.ENDPOINT_VARIABLE,
        google.grpcEndpoint().toString(),
        SecretManagerClient.ENDPOINT_VARIABLE,
        google.endpoint().toString(),
        PodIdentity.METADATA_VARIABLE,
        google.metadataHost(),
        CloudSqlAdmin.ENDPOINT_VARIABLE,
        google.endpoint().toString(),
        CloudRunClient.ENDPOINT_VARIABLE,
        google.endpoint().toString(),
        "WHIMBREL_CLOUDSQL_ADDRESS",
        instance.address() + ":" + instance.port());
  }

  /** What is named how. */
  public Scene scene() {
    return scene;
  }

  /** Where PostgreSQL listens. */
  public String address() {
    return instance.address();
  }

  /** Where PostgreSQL listens there. */
  public int port() {
    return instance.port();
  }

  /** The password of the database's role. */
  public String password() {
    return password;
  }

  /** A session with the database, as its superuser. */
  public Connection connect() throws SQLException {
    return instance.connect(scene.database());
  }

  /** For the reader's own psql. */
  public String psql() {
    return "PGPASSWORD=%s psql -h %s -p %d -U %s %s"
        .formatted(
            password, instance.address(), instance.port(), scene.database(), scene.database());
  }
}
