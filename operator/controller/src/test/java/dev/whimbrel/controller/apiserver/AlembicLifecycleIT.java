package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.python.NeedsPython;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An Alembic environment in an image of the user's, from the first plan to what goes wrong. */
@WithStage
@NeedsPython
class AlembicLifecycleIT {

  private static final String HURRIED = "run: {retries: 0, startTimeout: 25s}";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("alembic");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void isPlannedApprovedMigratedAndVerified() {
    try (Stage.Scenario scenario = stage.new Scenario("alembic")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app =
          AlembicApp.in(stage, scenario)
              .sql("7c39d7b141c7", Audit.script("users"))
              .sql("add_orders_manual", Audit.script("orders"));

      app.migrate("approval: {policy: Always}");
      scenario.await("app", "AwaitingApproval");
      MigrationPlan plan = scenario.plan("app");

      assertThat(plan.getSpec().tool()).isEqualTo("alembic 1.12.1");
      assertThat(plan.getSpec().to()).isEqualTo("add_orders_manual");
      assertThat(plan.getSpec().revisions().getLast().sql())
          .contains("CREATE TABLE orders (id bigint PRIMARY KEY);");
      assertThat(plan.getSpec().source()).contains(AlembicApp.IMAGE, "secret-key");
      assertThat(plan.getSpec().facts())
          .anyMatch(fact -> fact.startsWith("image shop:test is not pinned"));
      assertThat(audit.ran()).isEmpty();
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");
      assertThat(done.getStatus().currentRevision()).isEqualTo("add_orders_manual");
      assertThat(scenario.jobs().values()).containsExactlyInAnyOrder("plan", "verify");
      assertThat(audit.ran()).isEqualTo(Map.of("users", 1, "orders", 1));
      scenario.awaitPlan("app", "Applied");
    }
  }

  @Test
  void aFailureSaysWhereItWasAndWhatIsInAndNoValue() {
    try (Stage.Scenario scenario = stage.new Scenario("failing")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app =
          AlembicApp.in(stage, scenario)
              .sql("one", Audit.script("one"))
              .revision(
                  "two",
                  """
                  insert = text("INSERT INTO one VALUES (:id)")
                  op.get_bind().execute(insert.bindparams(id=8123456789)) if op.get_bind() else 0
                  op.get_bind().execute(insert.bindparams(id=8123456789)) if op.get_bind() else 0
                  """,
                  "pass");

      app.migrate("approval: {policy: Never}");
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("revision two", "two.py, line 12", "UniqueViolation", "23505")
          .contains("1 of 2 revisions are in, the last is one")
          .contains("log of container alembic");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(Serialization.asJson(failed)).doesNotContain("8123456789");
      assertThat(failed.toString()).doesNotContain(Stage.PASSWORD.substring(0, 12));
    }
  }

  @Test
  void anImageWithoutTheToolIsSaidToHaveNone() {
    try (Stage.Scenario scenario = stage.new Scenario("no-tool")) {
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", "SELECT 1");

      scenario.apply(
          app.manifest(HURRIED.replace("25s", "60s"))
              .replace("[/python/bin/alembic]", "[/usr/local/nowhere/alembic]"));
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("/usr/local/nowhere/alembic", AlembicApp.IMAGE, "spec.source.alembic.command");
      assertThat(scenario.jobs()).hasSize(1);
    }
  }

  @Test
  void anImageThatCannotBePulledNamesItsField() {
    try (Stage.Scenario scenario = stage.new Scenario("no-image")) {
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", "SELECT 1");

      scenario.apply(app.manifest(HURRIED).replace(AlembicApp.IMAGE, "shop:gone"));
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("container alembic: ", "spec.source.alembic.image (shop:gone)");
      assertThat(Stage.reason(failed)).isEqualTo("JobNotStarted");
    }
  }

  @Test
  void aKeyThatTheSecretLacksNamesTheVariable() {
    try (Stage.Scenario scenario = stage.new Scenario("no-key")) {
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", "SELECT 1");

      scenario.apply(app.manifest(HURRIED).replace("key: secret-key", "key: secret-kye"));
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("couldn't find key secret-kye in Secret")
          .contains("SECRET_KEY of spec.source.alembic.env");
      assertThat(Stage.reason(failed)).isEqualTo("JobNotStarted");
    }
  }

  @Test
  void nothingStartsWhileItIsSuspended() {
    try (Stage.Scenario scenario = stage.new Scenario("suspended")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", Audit.script("one"));

      app.migrate("approval: {policy: Never}\nsuspend: true");
      scenario.await("app", "a word", m -> m.getStatus().message().contains("spec.suspend"));
      Awaitility.await("nothing starts")
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> scenario.jobs().isEmpty());
      app.migrate("approval: {policy: Never}\nsuspend: false");
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }
}
