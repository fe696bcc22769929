package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.FakeBuild;
import dev.whimbrel.testkit.python.NeedsPython;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations on the backend CloudBuild: the same story, told by builds. */
@WithStage
class CloudBuildLifecycleIT {

  private static final String RUN =
      """
      run:
        backend: CloudBuild
        cloudBuild: {workerPool: %s, serviceAccount: mig@kotori-io.iam.gserviceaccount.com}
      """
          .formatted(Stage.POOL);

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("cloud-build");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void aFlywayMigrationIsPlannedApprovedCarriedOutAndVerifiedByBuilds() {
    try (Stage.Scenario scenario = stage.new Scenario("flyway-build")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      password(scenario);

      apply(scenario, "sql", RUN + "approval: {policy: Always}");
      scenario.await("app", "AwaitingApproval");
      MigrationPlan plan = scenario.plan("app");
      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(plan.getSpec().revisions()).hasSize(1);
      assertThat(done.getStatus().currentRevision()).isEqualTo("1");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(builds(scenario)).hasSize(2).allMatch(build -> build.status().equals("SUCCESS"));
      assertThat(builds(scenario).toString() + builds(scenario).getFirst().json())
          .doesNotContain(Stage.PASSWORD);
    }
  }

  @Test
  void aKilledPodLeavesItsBuildRunningAndTheHistoryDecides() {
    try (Stage.Scenario scenario = stage.new Scenario("killed-build")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql", "V1__one.sql", Audit.script("one"), "V2__slow.sql", "SELECT pg_sleep(6);");
      password(scenario);

      apply(scenario, "sql", RUN + "approval: {policy: Never}");
      Awaitility.await("the build that migrates works")
          .atMost(java.time.Duration.ofSeconds(120))
          .until(() ->
              builds(scenario).size() == 2
                  && builds(scenario).getLast().status().equals("WORKING")
                  && audit.ran().containsKey("one"));
      stage.node().killContainer(scenario.namespace(), scenario.podOfJob("app"), "runner");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("2");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(builds(scenario).get(1).status()).isEqualTo("SUCCESS");
    }
  }

  @Test
  void whatFailsHalfWayIsUndoneByABuild() {
    try (Stage.Scenario scenario = stage.new Scenario("undone-build")) {
      String users = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);";
      scenario.source("sql", "V1__users.sql", users);
      scenario.source(
          "broken",
          "V1__users.sql",
          users,
          "V2__optional.sql",
          "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;",
          "U2__optional.sql",
          "ALTER TABLE users ALTER COLUMN name SET NOT NULL;",
          "V3__broken.sql",
          "SELECT 1 / 0;");
      password(scenario);
      apply(scenario, "sql", RUN + "approval: {policy: Never}");
      scenario.await("app", "Succeeded");

      stage.google().cloudRun().create("p1", "us-central1", "undone-build").deploy("undone-1");
      apply(
          scenario,
          "broken",
          RUN
              + """
              approval: {policy: Never}
              rollback:
                onFailure: Downgrade
                cloudRun: {project: p1, service: undone-build, region: us-central1}
              """);
      DatabaseMigration undone = scenario.await("app", "RolledBack");

      assertThat(undone.getStatus().currentRevision()).isEqualTo("1");
      assertThat(undone.getStatus().message()).contains("V3__broken.sql", "division by zero");
      assertThat(undone.getStatus().traffic().text()).isEqualTo("undone-1 100 %");
      assertThat(undone.getStatus().trafficRestore().state()).isEqualTo("Unchanged");
      assertThat(builds(scenario)).hasSize(6).allMatch(build -> build.status().equals("SUCCESS"));
    }
  }

  @Test
  @NeedsPython
  void anAlembicMigrationRunsBesideItsRunnerInOneBuild() {
    try (Stage.Scenario scenario = stage.new Scenario("alembic-build")) {
      Audit audit = Audit.in(stage, scenario);
      AlembicApp app = AlembicApp.in(stage, scenario).sql("one", Audit.script("one"));
      stage.google().secrets().create(scenario.namespace(), "database-url").add(app.url());
      stage.google().secrets().create(scenario.namespace(), "secret-key").add("k3y-of-the-shop");

      scenario.apply(fromSecretManager(scenario, app, RUN));
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().currentRevision()).isEqualTo("one");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(builds(scenario)).hasSize(2);
      assertThat(builds(scenario).getLast().json().toString())
          .contains("secrets/database-url/versions/1")
          .doesNotContain("k3y-of");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KubernetesJob", "CloudBuild"})
  @NeedsPython
  void whatAlembicLeavesHalfWayIsUndoneByPodsAndByBuildsAlike(String backend) {
    String run = backend.equals("CloudBuild") ? RUN : "";
    try (Stage.Scenario scenario = stage.new Scenario("undone-alembic")) {
      AlembicApp app =
          AlembicApp.in(stage, scenario)
              .sql("one", "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL)");
      stage.google().secrets().create(scenario.namespace(), "database-url").add(app.url());
      stage.google().secrets().create(scenario.namespace(), "secret-key").add("k3y");
      scenario.apply(fromSecretManager(scenario, app, run));
      scenario.await("app", "Succeeded");

      app.revision(
              "two",
              "op.alter_column('users', 'name', nullable=True)",
              "op.alter_column('users', 'name', nullable=False)")
          .sql("three", "SELECT 1 / 0");
      scenario.apply(fromSecretManager(scenario, app, run + "rollback: {onFailure: Downgrade}\n"));
      DatabaseMigration undone = scenario.await("app", "RolledBack");

      assertThat(undone.getStatus().currentRevision()).isEqualTo("one");
      assertThat(undone.getStatus().message()).contains("three.py", "division by zero");
      assertThat(
              scenario.query(
                  "SELECT is_nullable FROM information_schema.columns"
                      + " WHERE table_name = 'users' AND column_name = 'name'"))
          .isEqualTo("NO");
      assertThat(scenario.awaitPlan("app", "RolledBack").getStatus().state())
          .isEqualTo("RolledBack");
      assertThat(builds(scenario))
          .as("of each run a plan and a migration, and of the second the way back")
          .hasSize(backend.equals("CloudBuild") ? 6 : 0)
          .allMatch(build -> build.status().equals("SUCCESS"));
    }
  }

  @Test
  @NeedsPython
  void secretsOfTheToolThatCannotBeReadAreAllNamedBeforeABackupIsTaken() {
    try (Stage.Scenario scenario = stage.new Scenario("secrets-build")) {
      AlembicApp app =
          AlembicApp.in(stage, scenario).sql("one", "CREATE TABLE one (id bigint PRIMARY KEY);");
      stage.google().secrets().create(scenario.namespace(), "database-url").add(app.url());
      stage.google().secrets().create(scenario.namespace(), "secret-key").add("k3y").deny();

      scenario.apply(fromSecretManager(scenario, app, "DATABASE_URL", "secret-key", RUN));
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().backup()).isNull();
      assertThat(failed.getStatus().plan()).isNull();
      assertThat(failed.getStatus().message())
          .contains(
              "did you mean database-url?",
              "gcloud secrets add-iam-policy-binding secret-key --project=" + scenario.namespace());
      assertThat(failed.getStatus().checks())
          .filteredOn(check -> check.name().startsWith("secret "))
          .extracting(CheckResult::result)
          .containsExactlyInAnyOrder("Failed", "Failed");
      assertThat(failed.getStatus().checks()).extracting(CheckResult::name).contains("worker pool");
      assertThat(builds(scenario))
          .as("Cloud Build's own failure, and the look that explains it")
          .extracting(FakeBuild::status)
          .containsExactly("FAILURE", "SUCCESS");
    }
  }

  /** The manifest with both secrets of the application in Secret Manager; nobody is asked. */
  private static String fromSecretManager(Stage.Scenario scenario, AlembicApp app, String more) {
    return fromSecretManager(scenario, app, "database-url", "secret-key", more);
  }

  private static String fromSecretManager(
      Stage.Scenario scenario, AlembicApp app, String url, String key, String more) {
    String secret = "secretManager: {project: %s, secret: %s}";
    return app.manifest(more + "approval: {policy: Never}")
        .replace(
            "secretKeyRef: {name: shop, key: database-url}",
            secret.formatted(scenario.namespace(), url))
        .replace(
            "secretKeyRef: {name: shop, key: secret-key}",
            secret.formatted(scenario.namespace(), key));
  }

  private static void password(Stage.Scenario scenario) {
    stage.google().secrets().create(scenario.namespace(), "password").add(Stage.PASSWORD);
  }

  private static void apply(Stage.Scenario scenario, String configMap, String more) {
    scenario.apply(
        scenario
            .manifest("app", configMap, "127.0.0.1", stage.database().port(), more)
            .replace(
                "secretRef: {name: db}",
                "secretManager: {user: %s, secret: password, project: %s}"
                    .formatted(scenario.databaseName(), scenario.namespace())));
  }

  private static List<FakeBuild> builds(Stage.Scenario scenario) {
    return stage.google().cloudBuild().builds().stream()
        .filter(build -> build.json().toString().contains(scenario.databaseName()))
        .toList();
  }
}
