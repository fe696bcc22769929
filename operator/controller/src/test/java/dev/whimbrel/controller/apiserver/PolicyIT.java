package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPolicy;
import dev.whimbrel.controller.process.OperatorProcess;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the platform team forbids does not run, whoever approves it. */
@WithStage
class PolicyIT {

  private static final String V1 = "CREATE TABLE users (id bigint PRIMARY KEY, name text);";
  private static final String V2 = "ALTER TABLE users DROP COLUMN name;";
  private static final String COLUMNS =
      "SELECT count(*) FROM information_schema.columns WHERE table_name = 'users'";
  private static final String UNGATED = "approval: {policy: Never}";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("policies");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  /** A policy of the cluster, until it is closed. */
  private record Policy(MigrationPolicy written, Stage.Scenario scenario) implements AutoCloseable {

    /** One that forbids to drop columns where the selector says. */
    static Policy of(Stage.Scenario scenario, String name, String operator) {
      MigrationPolicy policy =
          Serialization.unmarshal(
              """
              apiVersion: whimbrel.dev/v1alpha1
              kind: MigrationPolicy
              metadata: {name: %s}
              spec:
                namespaceSelector:
                  matchLabels: {kubernetes.io/metadata.name: %s}
                  matchExpressions: [{key: exempt, operator: %s}]
                forbid:
                  - {rule: DropColumn, reason: "the data team drops columns, ask #data"}
              """
                  .formatted(name, scenario.namespace(), operator),
              MigrationPolicy.class);
      return new Policy(scenario.client().resource(policy).create(), scenario);
    }

    @Override
    public void close() {
      scenario.client().resource(written).delete();
    }
  }

  @Test
  void aForbiddenStatementFailsTheRunInTheOnePodThatWouldHaveRunIt() {
    try (Stage.Scenario scenario = stage.new Scenario("forbidden");
        Policy policy = Policy.of(scenario, "forbidden", "DoesNotExist")) {
      scenario.source("sql-1", "V1__users.sql", V1);
      scenario.source(
          "sql-2",
          "V1__users.sql",
          V1,
          "V2__drop.sql",
          "-- whimbrel:ignore DropColumn nobody reads it\n" + V2);
      scenario.migrate("app", "sql-1", UNGATED);
      scenario.await("app", "Succeeded");

      scenario.migrate("app", "sql-2", UNGATED);
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .startsWith("Plan " + failed.getStatus().plan().name() + " is not carried out: ")
          .contains("V2__drop.sql line 2: ALTER TABLE users DROP COLUMN name.")
          .contains(
              "MigrationPolicy forbidden forbids DropColumn: the data team drops columns, ask"
                  + " #data.")
          .contains("Change the script", "whimbrel.dev/retry");
      assertThat(failed.getStatus().conditions())
          .filteredOn(condition -> condition.getType().equals("Stalled"))
          .singleElement()
          .satisfies(stalled -> {
            assertThat(stalled.getStatus()).isEqualTo("True");
            assertThat(stalled.getReason()).isEqualTo("Forbidden");
          });
      assertThat(scenario.awaitPlan("app", "Failed").getSpec().blocked())
          .singleElement()
          .asString()
          .contains("V2__drop.sql line 2", "MigrationPolicy forbidden forbids DropColumn");
      assertThat(scenario.query(COLUMNS)).isEqualTo("2");
    }
  }

  @Test
  void whatIsForbiddenElsewhereRunsHere() {
    try (Stage.Scenario scenario = stage.new Scenario("elsewhere");
        Policy policy = Policy.of(scenario, "elsewhere", "Exists")) {
      scenario.source("sql", "V1__users.sql", V1, "V2__drop.sql", V2);

      scenario.migrate("app", "sql", UNGATED);
      scenario.await("app", "Succeeded");

      assertThat(scenario.plan("app").getSpec().blocked()).isEmpty();
      assertThat(scenario.query(COLUMNS)).isEqualTo("1");
    }
  }

  @Test
  void aPolicyThatCameAfterThePlanStopsItAndOnceItIsGoneTheNextPlanRuns() {
    try (Stage.Scenario scenario = stage.new Scenario("younger")) {
      scenario.source("sql-1", "V1__users.sql", V1);
      scenario.source("sql-2", "V1__users.sql", V1, "V2__drop.sql", V2);
      scenario.migrate("app", "sql-1", "");
      scenario.await("app", "Succeeded");
      scenario.migrate("app", "sql-2", "");
      scenario.await("app", "AwaitingApproval");

      try (Policy policy = Policy.of(scenario, "younger", "DoesNotExist")) {
        scenario.decide("app", "Approve", "alice");
        DatabaseMigration failed = scenario.await("app", "Failed");

        assertThat(failed.getStatus().message())
            .contains("MigrationPolicy younger forbids DropColumn");
        scenario.awaitPlan("app", "Failed");
        assertThat(scenario.query(COLUMNS)).isEqualTo("2");
      }
      scenario.retry("app", "without the policy");
      scenario.await("app", "AwaitingApproval");
      scenario.decide("app", "Approve", "alice");
      scenario.await("app", "Succeeded");

      assertThat(scenario.query(COLUMNS)).isEqualTo("1");
    }
  }
}
