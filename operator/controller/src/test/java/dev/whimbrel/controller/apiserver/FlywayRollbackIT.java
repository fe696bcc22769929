package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.controller.process.OperatorProcess;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way back by U scripts: by itself after a failure, and as a plan that somebody asks for. */
@WithStage
class FlywayRollbackIT {

  private static final String[] USERS = {
    "V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);"
  };

  private static final String[] OPTIONAL_NAME = {
    "V2__optional_name.sql",
    "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
    "U2__optional_name.sql",
    "ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
    "beforeMigrate.sql",
    "INSERT INTO audit.ran VALUES ('callback');"
  };

  private static final String[] EMAIL = {
    "V3__email.sql",
    "ALTER TABLE users ADD COLUMN email text;",
    "U3__email.sql",
    "ALTER TABLE users DROP COLUMN email;"
  };

  private static final String DOWNGRADE = "rollback: {onFailure: Downgrade}\nrun: {retries: %d}";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("flyway-rollback");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void whatFailsHalfWayIsUndoneAndHeldUntilItIsAnotherOrSomebodyResumesIt() {
    try (Stage.Scenario scenario = stage.new Scenario("undone")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("one", USERS);
      scenario.source("broken", all(USERS, OPTIONAL_NAME, "V3__broken.sql", "SELECT 1 / 0;"));
      scenario.source("mended", all(USERS, OPTIONAL_NAME, EMAIL));
      scenario.migrate("app", "one", "");
      scenario.await("app", "Succeeded");

      scenario.migrate("app", "broken", DOWNGRADE.formatted(0));
      approve(scenario);
      DatabaseMigration undone = scenario.await("app", "RolledBack");

      MigrationPlan plan = scenario.awaitPlan("app", "RolledBack");
      assertThat(undone.getStatus().message())
          .contains("V3__broken.sql", "division by zero", "at revision 1 as before")
          .contains("what its callbacks did to data is not undone", "whimbrel.dev/retry");
      assertThat(undone.getStatus().plan().revisions()).isEqualTo(2);
      assertThat(undone.getStatus().hold()).isEqualTo(plan.getSpec().hash());
      assertThat(undone.getStatus().currentRevision()).isEqualTo("1");
      assertThat(scenario.jobs().values()).contains("inspect", "rollback");
      assertThat(nameIs(scenario)).isEqualTo("NOT NULL");
      assertThat(versions(scenario)).isEqualTo("1");
      assertThat(audit.ran()).isEqualTo(Map.of("callback", 1));

      scenario.migrate("app", "broken", DOWNGRADE.formatted(1));
      DatabaseMigration held = scenario.await("app", "Failed");
      assertThat(Stage.reason(held)).isEqualTo("OnHold");
      assertThat(versions(scenario)).isEqualTo("1");

      scenario.retry("app", "resume");
      DatabaseMigration resumed = scenario.await("app", "AwaitingApproval");
      assertThat(resumed.getStatus().hold()).isNull();

      scenario.migrate("app", "mended", DOWNGRADE.formatted(1));
      approve(scenario);
      DatabaseMigration done = scenario.await("app", "Succeeded");
      assertThat(done.getStatus().currentRevision()).isEqualTo("3");
      assertThat(audit.ran()).isEqualTo(Map.of("callback", 2));
    }
  }

  @Test
  void newContentIsNotHeldByWhatWasRolledBackBefore() {
    try (Stage.Scenario scenario = stage.new Scenario("mended")) {
      Audit.in(stage, scenario);
      scenario.source("one", USERS);
      scenario.source("broken", all(USERS, OPTIONAL_NAME, "V3__broken.sql", "SELECT 1 / 0;"));
      scenario.source("mended", all(USERS, OPTIONAL_NAME, EMAIL));
      scenario.migrate("app", "one", "");
      scenario.await("app", "Succeeded");
      scenario.migrate("app", "broken", DOWNGRADE.formatted(0));
      approve(scenario);
      scenario.await("app", "RolledBack");

      scenario.migrate("app", "mended", DOWNGRADE.formatted(0));
      approve(scenario);
      scenario.await("app", "Succeeded");

      assertThat(versions(scenario)).isEqualTo("1,2,3");
    }
  }

  @Test
  void anOlderTargetIsPlannedAsADowngradeWithAnApprovalOfItsOwn() {
    try (Stage.Scenario scenario = stage.new Scenario("older")) {
      Audit.in(stage, scenario);
      scenario.source("sql", all(USERS, OPTIONAL_NAME, EMAIL));
      scenario.migrate("app", "sql", "");
      approve(scenario);
      scenario.await("app", "Succeeded");

      apply(scenario, "target: \"1\"");
      DatabaseMigration refused = scenario.await("app", "Failed");
      assertThat(refused.getStatus().message()).contains("allowDowngrade");
      assertThat(versions(scenario)).isEqualTo("1,2,3");

      apply(scenario, "target: \"1\", allowDowngrade: \"3\"");
      scenario.await("app", "AwaitingApproval");
      MigrationPlan plan = scenario.plan("app");
      assertThat(plan.getSpec().direction()).isEqualTo(MigrationPlanSpec.DOWNGRADE);
      assertThat(plan.getSpec().risk()).isEqualTo("High");
      assertThat(plan.getSpec().from()).isEqualTo("3");
      assertThat(plan.getSpec().to()).isEqualTo("1");
      assertThat(versions(scenario)).isEqualTo("1,2,3");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");
      assertThat(done.getStatus().currentRevision()).isEqualTo("1");
      assertThat(versions(scenario)).isEqualTo("1");
      assertThat(nameIs(scenario)).isEqualTo("NOT NULL");
      scenario.awaitPlan("app", "Applied");

      scenario.retry("app", "once more");
      DatabaseMigration again =
          scenario.await(
              "app",
              "another run at rest",
              m -> "once more".equals(m.getStatus().lastHandledRetry()) && isSucceeded(m));
      assertThat(again.getStatus().message()).contains("nothing is pending");
    }
  }

  private static boolean isSucceeded(DatabaseMigration migration) {
    return "Succeeded".equals(migration.getStatus().phase());
  }

  /** The plan of the spec as it is now. */
  private static void approve(Stage.Scenario scenario) {
    scenario.await(
        "app",
        "a plan of this spec that waits for approval",
        m ->
            "AwaitingApproval".equals(m.getStatus().phase())
                && m.getMetadata().getGeneration().equals(m.getStatus().observedGeneration()));
    scenario.decide("app", "Approve", "alice");
  }

  /** With these settings of the source besides its ConfigMap. */
  private static void apply(Stage.Scenario scenario, String settings) {
    scenario.apply(
        scenario
            .manifest("app", "sql", "127.0.0.1", stage.database().port(), "")
            .replace("[sql]", "[sql], " + settings));
  }

  private static String[] all(String[] first, String[] second, String... third) {
    return Stream.of(first, second, third).flatMap(Stream::of).toArray(String[]::new);
  }

  private static String versions(Stage.Scenario scenario) {
    return scenario.query(
        """
        SELECT string_agg(version, ',' ORDER BY installed_rank) FROM flyway_schema_history AS done
        WHERE type <> 'DELETE' AND NOT EXISTS (
          SELECT FROM flyway_schema_history AS later WHERE later.type = 'DELETE'
            AND later.version = done.version AND later.installed_rank > done.installed_rank)
        """);
  }

  private static String nameIs(Stage.Scenario scenario) {
    return scenario.query(
        "SELECT CASE WHEN attnotnull THEN 'NOT NULL' ELSE 'optional' END FROM pg_attribute"
            + " WHERE attrelid = 'users'::regclass AND attname = 'name'");
  }
}
