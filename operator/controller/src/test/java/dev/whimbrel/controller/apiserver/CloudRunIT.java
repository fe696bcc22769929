package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.FakeRunService;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The application goes back with its schema: by annotation, with a rollback, with a downgrade. */
@Tag("apiserver")
@WithStage
class CloudRunIT {

  private static final String USERS =
      "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL, nick text);";

  private static final String SERVICE =
      """
      rollback:
        onFailure: Downgrade
        cloudRun: {project: p1, service: %s, region: us-central1}
      run: {retries: 0}
      """;

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("cloud-run");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void whoServedIsRecordedAndPutBackByAnnotationAndWithADowngrade() {
    FakeRunService api = stage.google().cloudRun().create("p1", "us-central1", "back");
    api.deploy("back-1");
    try (Stage.Scenario scenario = stage.new Scenario("back")) {
      scenario.source("one", "V1__users.sql", USERS);
      scenario.source(
          "two",
          "V1__users.sql",
          USERS,
          "V2__nick.sql",
          "ALTER TABLE users DROP COLUMN nick;",
          "U2__nick.sql",
          "ALTER TABLE users ADD COLUMN nick text;");
      scenario.migrate("app", "one", SERVICE.formatted("back"));
      scenario.await("app", "Succeeded");
      scenario.migrate("app", "two", SERVICE.formatted("back"));
      scenario.await("app", "AwaitingApproval");

      MigrationPlan plan = scenario.plan("app");
      assertThat(plan.getSpec().preflight())
          .extracting(check -> check.name(), check -> check.result())
          .contains(tuple("traffic", "Passed"), tuple("permission to move traffic", "Passed"));
      assertThat(plan.getSpec().findings()).extracting(Finding::rule).contains("OlderApplication");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");
      TrafficStatus split = done.getStatus().traffic();
      assertThat(split.shares()).containsExactly(new TrafficShare("back-1", 100, null));
      assertThat(split.databaseRevision()).isEqualTo("1");
      assertThat(split.run()).isEqualTo(done.getStatus().run().id());
      assertThat(scenario.awaitPlan("app", "Applied").getStatus().checklist())
          .filteredOn(item -> item.item().equals("way back of the application recorded"))
          .extracting(ChecklistItem::answer)
          .containsExactly("Yes");

      api.deploy("back-2");
      restoreTraffic(scenario, "first");
      DatabaseMigration back = awaitRestore(scenario, "first", "Restored");
      assertThat(api.percents()).isEqualTo(Map.of("back-1", 100));
      assertThat(back.getStatus().phase()).isEqualTo("Succeeded");
      assertThat(back.getStatus().trafficRestore().message())
          .contains("gcloud run services update-traffic back --to-latest")
          .contains("drops column nick of users");
      restoreTraffic(scenario, "second");
      awaitRestore(scenario, "second", "Unchanged");
      Awaitility.await("Events, which follow the status")
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () -> assertThat(events(scenario)).contains("TrafficRestored", "TrafficUnchanged"));

      api.toLatest();
      assertThat(api.percents()).isEqualTo(Map.of("back-2", 100));
      scenario.apply(
          scenario
              .manifest(
                  "app", "two", "127.0.0.1", stage.database().port(), SERVICE.formatted("back"))
              .replace("[two]", "[two], target: \"1\", allowDowngrade: \"2\""));
      scenario.await("app", "AwaitingApproval");
      assertThat(scenario.plan("app").getSpec().findings())
          .extracting(Finding::rule)
          .contains("TrafficGoesBack");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration older = scenario.await("app", "Succeeded");
      assertThat(older.getStatus().currentRevision()).isEqualTo("1");
      assertThat(older.getStatus().trafficRestore().state()).isEqualTo("Restored");
      assertThat(api.percents()).isEqualTo(Map.of("back-1", 100));
    }
  }

  @Test
  void whatFailsHalfWayGoesBackAfterItsTraffic() {
    FakeRunService api = stage.google().cloudRun().create("p1", "us-central1", "half");
    api.deploy("half-1");
    try (Stage.Scenario scenario = stage.new Scenario("half")) {
      scenario.source("one", "V1__users.sql", USERS);
      scenario.source(
          "broken",
          "V1__users.sql",
          USERS,
          "V2__name.sql",
          "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
          "U2__name.sql",
          "ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
          "V3__broken.sql",
          "SELECT 1 / 0;");
      scenario.migrate("app", "one", SERVICE.formatted("half"));
      scenario.await("app", "Succeeded");
      scenario.migrate("app", "broken", SERVICE.formatted("half"));
      scenario.await("app", "AwaitingApproval");
      scenario.decide("app", "Approve", "alice");

      DatabaseMigration undone = scenario.await("app", "RolledBack");

      assertThat(undone.getStatus().traffic().shares())
          .containsExactly(new TrafficShare("half-1", 100, null));
      assertThat(undone.getStatus().trafficRestore().state()).isEqualTo("Unchanged");
      assertThat(api.isPinned()).isFalse();
      assertThat(undone.getStatus().currentRevision()).isEqualTo("1");
    }
  }

  private static void restoreTraffic(Stage.Scenario scenario, String value) {
    scenario
        .client()
        .resources(DatabaseMigration.class)
        .inNamespace(scenario.namespace())
        .withName("app")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\": {\"annotations\": {\"%s\": \"%s\"}}}"
                .formatted(Whimbrel.RESTORE_TRAFFIC_ANNOTATION, value));
  }

  private static DatabaseMigration awaitRestore(
      Stage.Scenario scenario, String value, String state) {
    return scenario.await(
        "app",
        "traffic " + state,
        m ->
            m.getStatus().trafficRestore() != null
                && value.equals(m.getStatus().trafficRestore().trigger())
                && state.equals(m.getStatus().trafficRestore().state()));
  }

  private static List<String> events(Stage.Scenario scenario) {
    return scenario
        .client()
        .v1()
        .events()
        .inNamespace(scenario.namespace())
        .list()
        .getItems()
        .stream()
        .map(event -> event.getReason())
        .toList();
  }
}
