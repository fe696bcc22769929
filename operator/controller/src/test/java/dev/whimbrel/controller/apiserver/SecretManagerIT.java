package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.FakeSecret;
import dev.whimbrel.testkit.python.NeedsPython;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Values from Secret Manager: read by the Jobs alone, by the version that a plan was made with. */
@WithStage
@NeedsPython
class SecretManagerIT {

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("secret-manager");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void aPlanIsCarriedOutWithItsVersionsAndNoValueLeavesThePods() {
    try (Stage.Scenario scenario = stage.new Scenario("secrets")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", Audit.script("one"));
      FakeSecret url = secret(scenario, "database-url", app.url());
      secret(scenario, "secret-key", "k3y-of-the-shop");

      scenario.apply(
          app.manifest("approval: {policy: Always}")
              .replace(
                  "secretKeyRef: {name: shop, key: database-url}",
                  "secretManager: {project: %s, secret: database-url}"
                      .formatted(scenario.namespace()))
              .replace(
                  "secretKeyRef: {name: shop, key: secret-key}",
                  "secretManager: {project: %s, secret: secret-key}"
                      .formatted(scenario.namespace())));
      scenario.await("app", "AwaitingApproval");
      MigrationPlan plan = scenario.plan("app");
      url.add("postgresql://nobody:rotated@127.0.0.1:1/" + scenario.databaseName());
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(plan.getSpec().settings())
          .containsEntry("environment.DATABASE_URL", version(scenario, "database-url"))
          .containsEntry("environment.SECRET_KEY", version(scenario, "secret-key"));
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(
              Serialization.asJson(done)
                  + Serialization.asJson(plan)
                  + Serialization.asJson(jobs(scenario)))
          .doesNotContain("k3y-of")
          .doesNotContain(Stage.PASSWORD.substring(0, 12));
    }
  }

  @Test
  void whatCannotBeReadIsSaidBeforeAnythingElseAllAtOnce() {
    try (Stage.Scenario scenario = stage.new Scenario("no-secret")) {
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", "SELECT 1");
      secret(scenario, "database-url", app.url()).deny();
      secret(scenario, "secret-key", "k3y");

      scenario.apply(
          app.manifest("run: {serviceAccountName: default}")
              .replace(
                  "secretKeyRef: {name: shop, key: database-url}",
                  "secretManager: {project: %s, secret: database-url}"
                      .formatted(scenario.namespace()))
              .replace(
                  "secretKeyRef: {name: shop, key: secret-key}",
                  "secretManager: {project: %s, secret: SECRET_KEY}"
                      .formatted(scenario.namespace())));
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message())
          .contains("gcloud secrets add-iam-policy-binding database-url")
          .contains("did you mean secret-key?");
      assertThat(failed.getStatus().checks())
          .filteredOn(check -> check.result().equals(CheckResult.FAILED))
          .extracting(CheckResult::name)
          .containsExactly("secret database-url (DATABASE_URL)", "secret SECRET_KEY (SECRET_KEY)");
      assertThat(scenario.jobs()).hasSize(1);
    }
  }

  private static FakeSecret secret(Stage.Scenario scenario, String name, String value) {
    return stage.google().secrets().create(scenario.namespace(), name).add(value);
  }

  private static String version(Stage.Scenario scenario, String secret) {
    return "projects/" + scenario.namespace() + "/secrets/" + secret + "/versions/1";
  }

  private static Object jobs(Stage.Scenario scenario) {
    return scenario
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(scenario.namespace())
        .list()
        .getItems();
  }
}
