package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.process.OperatorProcess;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** From apply to Succeeded: what runs is what was approved, and nothing else. */
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

  @Test
  void whatChangedSinceTheApprovalIsPlannedAndAskedAgain() {
    try (Stage.Scenario scenario = stage.new Scenario("stale")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      scenario.migrate("app", "sql", "approval: {policy: Always}");
      String first = scenario.await("app", "AwaitingApproval").getStatus().plan().name();
      stage
          .database()
          .execute(scenario.databaseName(), "ALTER TABLE audit.ran ADD COLUMN by_hand int");

      scenario.decide("app", "Approve", "alice");
      scenario.await(
          "app",
          "another question",
          m ->
              m.getStatus().phase().equals("AwaitingApproval")
                  && !m.getStatus().plan().name().equals(first));

      assertThat(audit.ran()).isEmpty();
      assertThat(scenario.plans())
          .filteredOn(plan -> plan.getMetadata().getName().equals(first))
          .singleElement()
          .satisfies(plan -> {
            assertThat(plan.getStatus().state()).isEqualTo("Superseded");
            assertThat(plan.getStatus().message()).contains("Nothing ran");
          });
      scenario.decide("app", "Approve", "alice");
      scenario.await("app", "Succeeded");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void twoApprovalsMeanTwoPeopleAndOneNoIsEnough() {
    try (Stage.Scenario scenario = stage.new Scenario("people")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      scenario.migrate("app", "sql", "approval: {policy: Always, count: 2}");
      scenario.await("app", "AwaitingApproval");

      scenario.decide("app", "Approve", "alice");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration waiting =
          scenario.await("app", "one of two", m -> m.getStatus().message().contains("needs 1 "));
      assertThat(waiting.getStatus().phase()).isEqualTo("AwaitingApproval");
      scenario.decide("app", "Reject", "bob");
      DatabaseMigration rejected = scenario.await("app", "Rejected");

      assertThat(rejected.getStatus().message()).contains("by bob", "whimbrel.dev/retry");
      scenario.awaitPlan("app", "Rejected");
      assertThat(scenario.jobs().values()).containsExactly("plan");
      assertThat(audit.ran()).isEmpty();
    }
  }

  @Test
  void thePasswordIsNowhereButInItsSecret() {
    try (Stage.Scenario scenario = stage.new Scenario("secret")) {
      scenario.source("sql", "V1__users.sql", V1, "V2__broken.sql", "SELECT 1 / 0;");

      scenario.migrate("app", "sql", "approval: {policy: Never}");
      scenario.await("app", "Failed");

      String everything =
          Stream.of(
                  scenario.client().resources(DatabaseMigration.class),
                  scenario.client().resources(MigrationPlan.class),
                  scenario.client().batch().v1().jobs(),
                  scenario.client().pods(),
                  scenario.client().v1().events())
              .map(kind -> Serialization.asJson(kind.inNamespace(scenario.namespace()).list()))
              .collect(Collectors.joining());
      String logs =
          scenario.client().pods().inNamespace(scenario.namespace()).list().getItems().stream()
              .map(pod -> scenario.client().pods().resource(pod).getLog())
              .collect(Collectors.joining());
      // The part that no encoding changes.
      String part = Stage.PASSWORD.substring(0, 12);
      assertThat(everything).contains("V2__broken.sql").doesNotContain(part);
      assertThat(logs).contains("V2__broken.sql").doesNotContain(part);
    }
  }
}
