package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.process.OperatorProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From apply to Succeeded. */
@WithStage
class LifecycleIT {

  private static final String V1 = "CREATE TABLE users (id bigint PRIMARY KEY, name text);";
  private static final String V2 = "ALTER TABLE users DROP COLUMN name;";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("lifecycle");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void aTrivialChangeSucceedsInOnePodWithoutAskingAnybody() {
    try (Stage.Scenario scenario = stage.new Scenario("trivial")) {
      scenario.source("sql", "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);");

      scenario.migrate("app", "sql", "");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("1");
      assertThat(done.getStatus().plan().risk()).isEqualTo("Low");
      assertThat(
              scenario
                  .client()
                  .batch()
                  .v1()
                  .jobs()
                  .inNamespace(scenario.namespace())
                  .list()
                  .getItems())
          .hasSize(1);
    }
  }

  @Test
  void aRiskyChangeWaitsForAPersonAndRunsExactlyWhatWasApproved() {
    try (Stage.Scenario scenario = stage.new Scenario("risky")) {
      scenario.source("sql-1", "V1__users.sql", V1);
      scenario.source("sql-2", "V1__users.sql", V1, "V2__drop.sql", V2);
      scenario.migrate("app", "sql-1", "");
      scenario.await("app", "Succeeded");

      scenario.migrate("app", "sql-2", "");
      DatabaseMigration waiting = scenario.await("app", "AwaitingApproval");
      assertThat(waiting.getStatus().plan().risk()).isEqualTo("High");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("2");
      scenario.awaitPlan("app", "Applied");
    }
  }
}
