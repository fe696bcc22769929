package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.files.TemporaryFolder;
import dev.whimbrel.testkit.process.SupervisedProcess;
import dev.whimbrel.testkit.python.NeedsPython;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A plan whose SQL is traced, from the spec to the plan: pg_dump reads the structure of a real
 * database, and a throw-away server of the same version runs the SQL.
 */
@WithStage
@NeedsPython
class TracedPlanIT {

  private static Stage stage;
  private static OperatorProcess operator;
  private static SupervisedProcess database;
  private static Path folder;
  private static int port;

  @BeforeAll
  static void start(Stage shared) throws Exception {
    assumeTrue(
        !System.getProperty("os.name").equals("Linux")
            || System.getProperty("os.arch").equals("amd64"),
        "SKIPPED: there is no package with pg_dump for this machine");
    stage = shared;
    folder = TemporaryFolder.create("traced");
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    database =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                TraceImage.asNobody(
                    List.of(
                        "sh",
                        "-c",
                        "initdb -D data -U postgres -A trust -E UTF8 --locale=C --no-sync && exec"
                            + " postgres -D data -p "
                            + port
                            + " -c unix_socket_directories= -c fsync=off")),
                Map.of("PATH", TraceImage.path()),
                false,
                Optional.of(folder),
                folder.resolve("log")));
    operator = stage.operator("traced-plan");
  }

  @AfterAll
  static void stop() throws Exception {
    if (operator != null) {
      operator.close();
    }
    if (database != null) {
      database.close();
      TemporaryFolder.delete(folder);
    }
  }

  @Test
  void aPlanShowsWhatItsSqlDidOnAServerWithTheSameStructure() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("traced")) {
      execute(
          "postgres",
          "CREATE ROLE %1$s LOGIN".formatted(scenario.databaseName()),
          "CREATE DATABASE %1$s OWNER %1$s".formatted(scenario.databaseName()));
      execute(
          scenario.databaseName(),
          "SET ROLE " + scenario.databaseName(),
          "CREATE TABLE users (id int PRIMARY KEY)",
          "CREATE TABLE orders (id int PRIMARY KEY, user_id int)",
          "INSERT INTO users SELECT generate_series(1, 10)",
          "ANALYZE");
      scenario.source(
          "orders-sql",
          "V2__change.sql",
          """
          ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users;
          ALTER TABLE users ALTER COLUMN id TYPE bigint;
          """);

      scenario.apply(
          scenario
              .manifest(
                  "orders",
                  "orders-sql",
                  "127.0.0.1",
                  port,
                  "plan: {trace: {image: postgres:test}}")
              .replace(
                  "configMaps: [orders-sql]", "configMaps: [orders-sql], baselineVersion: '1'"));
      scenario.await("orders", "AwaitingApproval");

      MigrationPlanSpec plan = scenario.plan("orders").getSpec();
      assertThat(plan.findings()).extracting(Finding::rule).doesNotContain("NotTraced");
      assertThat(plan.revisions().getLast().traced())
          .containsExactly(
              "line 1: orders: ShareRowExclusive scanned; users: ShareRowExclusive",
              "line 2: orders: AccessExclusive scanned; users: AccessExclusive scanned rewritten"
                  + " indexed; users_pkey: AccessExclusive");
      Pod pod =
          scenario.client().pods().inNamespace(scenario.namespace()).list().getItems().getFirst();
      assertThat(Serialization.asYaml(pod)).doesNotContain(Stage.PASSWORD);
      // The node ends them after the runner, which has ended by the time the plan is there.
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(
                      scenario
                          .client()
                          .pods()
                          .inNamespace(scenario.namespace())
                          .withName(pod.getMetadata().getName())
                          .get()
                          .getStatus()
                          .getInitContainerStatuses())
                  .extracting(
                      ContainerStatus::getName, each -> each.getState().getTerminated() != null)
                  .containsExactlyInAnyOrder(tuple("trace", true), tuple("structure", true)));
    }
  }

  private static void execute(String name, String... statements) throws Exception {
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=postgres";
    try (Connection connection =
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(() -> DriverManager.getConnection(url), c -> c != null)) {
      for (String statement : statements) {
        connection.createStatement().execute(statement);
      }
    }
  }
}
