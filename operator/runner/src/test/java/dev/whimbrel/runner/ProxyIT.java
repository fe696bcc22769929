package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.google.iam.PodIdentity;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.testkit.google.CloudSqlProxyProgram;
import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs beside Google's own Cloud SQL Auth Proxy, started as the sidecar of a pod starts it. */
@Tag("google")
class ProxyIT {

  private static final String INSTANCE = "p1:us-central1:orders";
  private static final String ACCOUNT = "whimbrel-runner@p1.iam.gserviceaccount.com";
  private static final String USER = "whimbrel-runner@p1.iam";

  private static FakeGoogleCloud cloud;
  private static FakeInstance instance;
  private static Path program;
  private static int databases;

  @TempDir Path folder;

  private final RunnerHarness job = new RunnerHarness();
  private final String database = "orders" + ++databases;
  private SupervisedProcess proxy;
  private int port;

  @BeforeAll
  static void startCloud() throws Exception {
    CloudSqlProxyProgram built = CloudSqlProxyProgram.inUserCache();
    assumeTrue(
        built.obtainable() || "true".equals(System.getenv("CI")),
        "SKIPPED: there is no Go on the PATH to build the Cloud SQL Auth Proxy with");
    program = built.path();
    cloud = FakeGoogleCloud.start(FakeGoogleCloudOptions.local());
    instance = cloud.createInstance(FakeInstanceOptions.of(INSTANCE));
    instance.createIamUser(ACCOUNT);
  }

  @AfterAll
  static void stopCloud() throws Exception {
    if (cloud != null) {
      cloud.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    instance.createDatabase(database, database, "right");
    port = freePort();
    job.environment(CloudSqlAdmin.ENDPOINT_VARIABLE, cloud.endpoint().toString())
        .environment(PodIdentity.METADATA_VARIABLE, cloud.metadataHost())
        .environment(RunnerInput.USER_VARIABLE, database)
        .environment(RunnerInput.PASSWORD_VARIABLE, "right")
        .file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    connect(false);
  }

  @AfterEach
  void stop() {
    cloud.permissions().restore("cloudsql.instances.connect");
    if (proxy != null) {
      proxy.close();
    }
    job.close();
  }

  @Test
  void aPasswordGoesThroughTheProxyAndTheProxyEndsWhenItIsTold() throws Exception {
    startProxy();

    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);
    proxy.terminate();

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(plan.database().server()).isEqualTo(INSTANCE);
    assertThat(proxy.onExit().get()).isZero();
  }

  @Test
  void aServiceAccountLogsInWithoutAPassword() throws Exception {
    // By a token that says when it expires: the proxy renews at once what comes from one without.
    startProxy("--auto-iam-authn");
    connect(true);
    job.environment(RunnerInput.USER_VARIABLE, USER).environment(RunnerInput.PASSWORD_VARIABLE, "");
    ownDatabase();

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void whatTheProxyIsRefusedTheRunnerTells() throws Exception {
    cloud.permissions().revoke("cloudsql.instances.connect");
    startProxy();

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("MayNotConnect");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().message()).contains("--role=roles/cloudsql.client");
  }

  @Test
  void aProxyThatDoesNotReachTheInstanceIsToldFromADatabaseThatRefuses() throws Exception {
    startProxy();
    instance.pretendToBe("p1:payments");
    try {
      RunnerHarness.Run run = job.run(Step.PLAN);

      assertThat(run.result().reason()).as(run.log()).isEqualTo("ProxyClosed");
      assertThat(run.exit()).isEqualTo(20);
      assertThat(run.result().message()).contains("container cloud-sql-proxy");
    } finally {
      instance.pretendToBe("p1:orders");
    }
  }

  @Test
  void anInstanceWithoutAPrivateAddressIsRefusedBeforeTheProxyIsAsked() throws Exception {
    String name = "p1:us-central1:public";
    cloud.createInstance(FakeInstanceOptions.of(name).withoutDatabase()).loseItsPrivateAddress();
    connect(name, false);

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("NoAddress");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().message())
        .contains(
            "instance p1:us-central1:public has no private IP",
            "gcloud sql instances patch public --network=VPC --project=p1");
  }

  @Test
  void withoutTheProxyItsLogIsPointedAt() {
    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("ProxyAway");
    assertThat(run.exit()).isEqualTo(20);
    assertThat(run.result().message()).contains("127.0.0.1:" + port, "cloud-sql-proxy");
  }

  @Test
  void aUrlOfTheToolThatDoesNotNameTheProxyIsRefused() throws Exception {
    startProxy();

    job.environment(RunnerInput.URL_VARIABLE, url("127.0.0.1", port));
    assertThat(job.run(Step.PLAN).exit()).isZero();

    for (String elsewhere : List.of(url("127.0.0.1", port + 1), url("10.1.2.3", port))) {
      job.environment(RunnerInput.URL_VARIABLE, elsewhere);
      RunnerHarness.Run run = job.run(Step.PLAN);
      assertThat(run.result().reason()).as(run.log()).isEqualTo("DatabaseMismatch");
      assertThat(run.exit()).isEqualTo(10);
      assertThat(run.result().message()).contains("the instance is at 127.0.0.1:" + port);
    }
  }

  private String url(String host, int at) {
    return "postgresql://%s:right@%s:%d/%s".formatted(database, host, at, database);
  }

  private void connect(boolean iam) {
    connect(INSTANCE, iam);
  }

  private void connect(String to, boolean iam) {
    job.input(input ->
        input.withDatabase(
            new RunnerInput.Database(
                to, null, null, database, null, null, new RunnerInput.By(port, iam))));
  }

  private void ownDatabase() throws SQLException {
    try (Connection connection = instance.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER DATABASE " + database + " OWNER TO \"" + USER + "\"");
    }
  }

  private void startProxy(String... more) throws IOException {
    int health = freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "GCE_METADATA_HOST=" + cloud.metadataHost(),
                program.toString(),
                "--private-ip",
                "--address=127.0.0.1",
                "--port=" + port,
                "--structured-logs",
                "--exit-zero-on-sigterm",
                "--health-check",
                "--http-address=0.0.0.0",
                "--http-port=" + health,
                "--sqladmin-api-endpoint=" + cloud.endpoint()));
    command.addAll(List.of(more));
    command.add(INSTANCE);
    proxy =
        SupervisedProcess.start(SupervisedProcess.Command.of(command, folder.resolve("proxy.log")));
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> isUp(health));
  }

  private static boolean isUp(int health) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + health + "/startup").toURL().openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
