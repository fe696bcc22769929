package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.process.OperatorProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the checks of a spec find ends up in the plan's status. */
@WithStage
class VerificationIT {

  private static Stage stage;
  private static OperatorProcess operator;

  private final AtomicInteger status = new AtomicInteger(200);
  private HttpServer application;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("verification");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @BeforeEach
  void startApplication() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    application.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status.get(), -1);
          exchange.close();
        });
    application.start();
  }

  @AfterEach
  void stopApplication() {
    application.stop(0);
  }

  @Test
  void whatEachCheckFoundIsInThePlan() {
    try (Stage.Scenario scenario = stage.new Scenario("checks")) {
      scenario.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);");

      scenario.migrate("app", "sql", "approval: {policy: Never}\n" + verify());
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().message()).endsWith("verified");
      List<CheckResult> checks = scenario.awaitPlan("app", "Applied").getStatus().checks();
      assertThat(checks)
          .extracting(CheckResult::name, CheckResult::result)
          .containsExactly(
              tuple("lock timeout", "Passed"),
              tuple("blocked sessions", "Passed"),
              tuple("revision", "Passed"),
              tuple("indexes are valid", "Passed"),
              tuple("constraints are validated", "Passed"),
              tuple("sql no users", "Passed"),
              tuple("http api", "Passed"),
              tuple("rows of users", "Passed"));
      assertThat(checks.getLast().before()).isEqualTo("no table");
    }
  }

  @Test
  void whatAVerificationWithoutAPlanFoundIsInTheMigrationItself() {
    try (Stage.Scenario scenario = stage.new Scenario("unplanned")) {
      scenario.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);");
      scenario.migrate("app", "sql", "approval: {policy: Never}");
      scenario.await("app", "Succeeded");

      scenario.migrate(
          "app",
          "sql",
          """
          approval: {policy: Never}
          verify:
            sql:
              - {name: users are there, query: "SELECT count(*) = 0 FROM users"}
              - {name: somebody is in, query: "SELECT count(*) > 0 FROM users"}
          """);
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().plan()).isNull();
      assertThat(failed.getStatus().checks().getFirst().name()).isEqualTo("sql somebody is in");
      assertThat(failed.getStatus().checks())
          .extracting(CheckResult::name, CheckResult::result)
          .contains(tuple("sql users are there", "Passed"), tuple("sql somebody is in", "Failed"));
      stage.database().execute(scenario.databaseName(), "INSERT INTO users VALUES (1)");
      scenario.migrate("app", "sql", "approval: {policy: Never}");
      DatabaseMigration done = scenario.await("app", "Succeeded");
      assertThat(done.getStatus().checks())
          .extracting(CheckResult::result)
          .doesNotContain("Failed");
    }
  }

  @Test
  void nothingStartsWhereTheApplicationIsBrokenAlready() {
    status.set(503);
    try (Stage.Scenario scenario = stage.new Scenario("unhealthy")) {
      scenario.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);");

      scenario.migrate("app", "sql", "approval: {policy: Never}\n" + verify());
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("check \"api\" fails before the migration, so nothing was started")
          .contains("answered 503 instead of 200");
      assertThat(failed.getStatus().currentRevision()).isNullOrEmpty();
    }
  }

  @Test
  void theRolloutIsVerifiedWhenAskedForAndThePhaseStays() {
    try (Stage.Scenario scenario = stage.new Scenario("rollout")) {
      scenario.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);");
      scenario.migrate("app", "sql", "approval: {policy: Never}\n" + verify());
      scenario.await("app", "Succeeded");

      ask(scenario, "v1");
      DatabaseMigration good = scenario.await("app", "an answer", m -> answered(m, "v1"));
      status.set(500);
      ask(scenario, "v2");
      DatabaseMigration bad = scenario.await("app", "another answer", m -> answered(m, "v2"));

      assertThat(good.getStatus().rollout().state()).isEqualTo("Passed");
      assertThat(good.getStatus().rollout().checks())
          .extracting(CheckResult::name)
          .containsExactly("revision", "sql no users", "http api");
      assertThat(bad.getStatus().rollout().state()).isEqualTo("Failed");
      assertThat(bad.getStatus().rollout().message()).contains("answered 500 instead of 200");
      assertThat(bad.getStatus().phase()).isEqualTo("Succeeded");
      assertThat(bad.getStatus().conditions())
          .anyMatch(c -> c.getType().equals("RolloutVerified") && c.getStatus().equals("False"));
    }
  }

  private static void ask(Stage.Scenario scenario, String value) {
    scenario
        .client()
        .resources(DatabaseMigration.class)
        .inNamespace(scenario.namespace())
        .withName("app")
        .edit(migration -> {
          migration.getMetadata().setAnnotations(Map.of(Whimbrel.VERIFY_ROLLOUT_ANNOTATION, value));
          return migration;
        });
  }

  private static boolean answered(DatabaseMigration migration, String value) {
    RolloutStatus rollout = migration.getStatus().rollout();
    return rollout != null && value.equals(rollout.trigger()) && !"Running".equals(rollout.state());
  }

  private String verify() {
    return """
    verify:
      sql: [{name: no users, query: "SELECT count(*) = 0 FROM users"}]
      http: [{name: api, url: "http://127.0.0.1:%d/", retries: 0}]
      rowCounts: {tables: [users]}
      rollout: {for: 1s}
    """
        .formatted(application.getAddress().getPort());
  }
}
