package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.process.OperatorProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a staging migration with {@code spec.rehearse} does, driven through the controller. */
@WithStage
class RehearsalIT {

  private static final String USERS = "CREATE TABLE users (id bigint PRIMARY KEY);";
  private static final String REHEARSE = "approval: {policy: Never}\nrehearse: Downgrade";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("rehearsal");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void thePlanRecordsThatItsWayBackWasTriedAndWhatHasNoneIsRefusedBefore() {
    try (Stage.Scenario scenario = stage.new Scenario("rehearsed")) {
      scenario.source("good", "V1__users.sql", USERS, "U1__users.sql", "DROP TABLE users;");
      scenario.source(
          "one-way",
          "V1__users.sql",
          USERS,
          "U1__users.sql",
          "DROP TABLE users;",
          "V2__email.sql",
          "ALTER TABLE users ADD COLUMN email text;");

      scenario.migrate("app", "good", REHEARSE);
      scenario.await("app", "Succeeded");

      MigrationPlan plan = scenario.awaitPlan("app", "Applied");
      CheckResult found =
          plan.getStatus().checks().stream()
              .filter(check -> check.name().equals("rehearsal"))
              .findFirst()
              .orElseThrow();
      assertThat(found.before()).isEqualTo(found.after()).isEqualTo(plan.getSpec().fingerprint());
      assertThat(plan.getStatus().checklist())
          .anyMatch(item ->
              item.item().equals("rollback tested")
                  && item.answer().equals("Yes")
                  && item.why().startsWith("undone, the schema was as before"));

      String production = scenario.databaseName() + "_production";
      stage.database().createDatabase(production, scenario.databaseName());
      scenario.apply(
          scenario
              .manifest(
                  "production",
                  "good",
                  "127.0.0.1",
                  stage.database().port(),
                  "approval: {policy: Always}")
              .replace("database: " + scenario.databaseName(), "database: " + production));
      scenario.await("production", "AwaitingApproval");
      await()
          .untilAsserted(() ->
              assertThat(tested(scenario.plan("production")))
                  .startsWith(
                      "Yes plan "
                          + plan.getMetadata().getName()
                          + " of DatabaseMigration app with the same revisions and ways back:"
                          + " undone, the schema was as before"));
      // What was found stays, even where what it was found in is pruned.
      scenario.client().resource(plan).delete();
      scenario.decide("production", "Approve", "alice");
      scenario.await("production", "Succeeded");
      assertThat(tested(scenario.awaitPlan("production", "Applied"))).startsWith("Yes plan ");

      scenario.migrate("app", "one-way", REHEARSE);
      DatabaseMigration refused = scenario.await("app", "Failed");

      assertThat(Stage.reason(refused)).isEqualTo("CannotRehearse");
      assertThat(refused.getStatus().message()).contains("V2__email.sql has no way back");
      assertThat(refused.getStatus().currentRevision()).isEqualTo("1");
    }
  }

  private static String tested(MigrationPlan plan) {
    return plan.getStatus().checklist().stream()
        .filter(item -> item.item().equals("rollback tested"))
        .map(item -> item.answer() + " " + item.why())
        .findFirst()
        .orElse("");
  }
}
