package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.CloudSqlProxyProgram;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.python.NeedsPython;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Pods with Google's own Cloud SQL Auth Proxy as their sidecar, built from its source: Alembic in
 * the user's image knows nothing of Google and goes through it. All pods of the simulated node
 * share one loopback interface, so one of them at a time has a proxy.
 */
@WithStage
@NeedsPython
class CloudSqlProxyIT {

  private static final String PORTS = "ports of the proxy";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    CloudSqlProxyProgram proxy = CloudSqlProxyProgram.inUserCache();
    assumeTrue(
        proxy.obtainable() || "true".equals(System.getenv("CI")),
        "SKIPPED: there is no Go on the PATH to build the Cloud SQL Auth Proxy with");
    proxy.path();
    stage = shared;
    operator = stage.operator("cloud-sql-proxy");
  }

  @AfterAll
  static void stop() {
    if (operator != null) {
      operator.close();
    }
  }

  @Test
  @ResourceLock(PORTS)
  void aPasswordGoesThroughTheSidecarWhichEndsAfterTheOthers() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("proxy")) {
      FakeInstance instance = instance("proxied");
      String database = scenario.databaseName();
      instance.createDatabase(database, database, Stage.PASSWORD);
      int port = freePort();
      AlembicApp app =
          AlembicApp.in(stage, scenario, AlembicApp.url(database, Stage.PASSWORD, port, database))
              .sql("one", "CREATE TABLE birds (id bigint PRIMARY KEY)");

      scenario.apply(
          app.manifest(
              proxied(instance, database, port, "{urlEnv: DATABASE_URL}"),
              "approval: {policy: Never}"));
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("one");
      assertThat(text(instance, database, "SELECT to_regclass('birds')::text")).isEqualTo("birds");
      assertThat(done.getStatus().backup()).isNotNull();
      assertThat(sidecars(scenario))
          .as("the pods that plan and migrate, not the one that backs up")
          .hasSize(2)
          .allSatisfy(sidecar -> {
            assertThat(sidecar.getName()).isEqualTo("cloud-sql-proxy");
            assertThat(sidecar.getState().getTerminated().getExitCode()).isZero();
          });
    }
  }

  @Test
  @ResourceLock(PORTS)
  void aServiceAccountLogsInThroughTheSidecarWithoutAPassword() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("proxy-iam")) {
      FakeInstance instance = instance("proxied-iam");
      String database = scenario.databaseName();
      instance.createDatabase(database, database, Stage.PASSWORD);
      String user = instance.createIamUser("whimbrel-runner@p1.iam.gserviceaccount.com");
      execute(instance, "ALTER DATABASE " + database + " OWNER TO \"" + user + "\"");
      int port = freePort();
      AlembicApp app =
          AlembicApp.in(stage, scenario, AlembicApp.url(user, "", port, database))
              .sql("one", "CREATE TABLE birds (id bigint PRIMARY KEY)");

      scenario.apply(
          app.manifest(
              proxied(instance, database, port, "{iam: {user: " + user + "}}"),
              "backup: {policy: Never}\napproval: {policy: Never}"));
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("one");
      assertThat(
              text(
                  instance, database, "SELECT tableowner FROM pg_tables WHERE tablename = 'birds'"))
          .isEqualTo(user);
    }
  }

  private static FakeInstance instance(String name) throws IOException {
    return stage.google().createInstance(FakeInstanceOptions.of("p1:us-central1:" + name));
  }

  private static String proxied(
      FakeInstance instance, String database, int port, String credentials) {
    return """
    cloudSQL:
      instance: %s
      database: %s
      connect: Proxy
      proxy: {port: %d}
      credentials: %s
    """
        .formatted(instance.connectionName(), database, port, credentials);
  }

  /** The state of every sidecar that there was. */
  private static List<ContainerStatus> sidecars(Stage.Scenario scenario) {
    List<Pod> pods = scenario.client().pods().inNamespace(scenario.namespace()).list().getItems();
    return pods.stream()
        .flatMap(pod -> pod.getStatus().getInitContainerStatuses().stream())
        .filter(status -> status.getName().equals("cloud-sql-proxy"))
        .toList();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void execute(FakeInstance instance, String sql) throws SQLException {
    try (Connection connection = instance.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(FakeInstance instance, String database, String query)
      throws SQLException {
    try (Connection connection = instance.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
