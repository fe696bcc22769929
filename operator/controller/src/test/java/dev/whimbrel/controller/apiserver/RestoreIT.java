package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/** A backup goes back into its instance: planned, approved, once; and nothing runs on by itself. */
@WithStage
@ResourceLock("restore calls of the fake")
class RestoreIT {

  private static final String V1 =
      "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
          + "INSERT INTO users VALUES (1, 'ada');";
  private static final String V2 = "DROP TABLE users;";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("restore");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void bringsTheDataBackOnceAndHoldsWhatIsPendingAgain() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("restore")) {
      FakeInstance instance = droppedTable(scenario, "restored");
      PlanReference applied = scenario.get("app").getStatus().plan();
      int before = stage.google().journal().count(ApiCall.RESTORE_BACKUP);
      stage.google().faults().onNext(ApiCall.RESTORE_BACKUP, new FakeFault.CommitThenReset());
      instance.behavior().operationsTake(Duration.ofMillis(200), Duration.ofSeconds(6));

      restore(scenario, "back", "plan: " + applied.name());
      DatabaseRestore waiting = await(scenario, "back", "AwaitingApproval");

      MigrationPlan plan = plan(scenario, waiting);
      assertThat(plan.getSpec().risk()).isEqualTo("High");
      assertThat(plan.getSpec().restore().databases()).contains(scenario.databaseName());
      assertThat(plan.getSpec().restore().users()).contains(scenario.databaseName());
      assertThat(plan.getSpec().restore().migrations())
          .containsExactly(
              "%s/app: database %s, Succeeded at revision 2"
                  .formatted(scenario.namespace(), scenario.databaseName()));
      assertThat(plan.getSpec().restore().secondsOfWritesLost()).isNotNegative();
      assertThat(plan.getSpec().restore().cloneFirst())
          .startsWith("gcloud sql instances clone restored restored-check --project=kotori-io")
          .contains("--point-in-time=20");
      assertThat(plan.getSpec().findings())
          .extracting(finding -> finding.rule())
          .contains(
              "EveryDatabaseReplaced",
              "WritesLost",
              "UsersReverted",
              "Downtime",
              "RecoveryLogsDeleted",
              "CloneFirst");
      assertThat(text(instance, scenario, "SELECT to_regclass('users')::text")).isNull();

      describe(scenario, plan);

      approve(scenario, waiting);
      await(scenario, "back", "Restoring");
      scenario.source(
          "sql-3",
          "V1__users.sql",
          V1,
          "V2__drop.sql",
          V2,
          "V3__bird.sql",
          "CREATE TABLE bird ();");
      scenario.migrateCloudSql("app", instance, "sql-3", "backup: {policy: Always}");
      scenario.await(
          "app",
          "queued behind the restore",
          m -> m.getStatus().message().contains("Waiting for DatabaseRestore"));
      DatabaseRestore done = await(scenario, "back", "Succeeded");

      assertThat(text(instance, scenario, "SELECT name FROM users WHERE id = 1")).isEqualTo("ada");
      assertThat(done.getStatus().currentRevision()).isEqualTo("1");
      assertThat(done.getMetadata().getFinalizers()).isEmpty();
      assertThat(stage.google().journal().count(ApiCall.RESTORE_BACKUP) - before).isEqualTo(1);
      assertThat(plan(scenario, done).getStatus().state()).isEqualTo("Applied");

      DatabaseMigration held =
          scenario.await(
              "app",
              "on hold at 1",
              m ->
                  m.getStatus().phase().equals("Failed")
                      && "1".equals(m.getStatus().currentRevision()));
      assertThat(held.getStatus().message())
          .contains("is pending again because backup", "put back by DatabaseRestore", "on hold");
      assertThat(text(instance, scenario, "SELECT name FROM users WHERE id = 1")).isEqualTo("ada");

      scenario.retry("app", "again");
      scenario.await(
          "app",
          "asked again",
          m ->
              m.getStatus().phase().equals("AwaitingApproval")
                  && !applied.name().equals(m.getStatus().plan().name()));
    }
  }

  /** What a person sees who has to press yes or no. */
  private static void describe(Stage.Scenario scenario, MigrationPlan plan) {
    if (!Kubectl.isInstalled()) {
      return;
    }
    Kubectl kubectl = new Kubectl(stage);

    String story =
        kubectl.run("describe", "mplan", plan.getMetadata().getName(), "-n", scenario.namespace());
    String list = kubectl.run("get", "dbrestore", "-n", scenario.namespace());

    assertThat(story.replaceAll(" +", " "))
        .contains(
            "every database of instance kotori-io:us-central1:restored is replaced, not only",
            "is lost: 0 h 0 min",
            "a password that was changed since is the old one again",
            "Cloud SQL cannot cancel it",
            "make the clone first if it may be needed",
            "look before you decide",
            "Risk: High",
            "Direction: Restore",
            "Latest Recovery Time:");
    assertThat(list.replaceAll(" +", " "))
        .contains(
            "NAME MIGRATION INSTANCE BACKUP PHASE", "back app kotori-io:us-central1:restored");
  }

  @Test
  void whatCloudSqlWouldRefuseIsRefusedBeforeAnybodyIsAsked() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("refused")) {
      FakeInstance instance =
          stage
              .google()
              .createInstance(
                  FakeInstanceOptions.of("kotori-io:us-central1:replicated")
                      .withReplicas("replicated-1"));
      instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
      scenario.source("sql", "V1__users.sql", V1);
      scenario.migrateCloudSql("app", instance, "sql", "approval: {policy: Never}");
      scenario.await("app", "Succeeded");

      restore(scenario, "blocked", "plan: " + scenario.get("app").getStatus().plan().name());
      DatabaseRestore failed = await(scenario, "blocked", "Failed");

      assertThat(failed.getStatus().message())
          .contains("has read replicas", "delete replicated-1 first", "Nothing was restored");
      assertThat(failed.getStatus().plan()).isNull();
    }
  }

  @Test
  void aKilledRestoreJobIsFollowedByOneThatFindsWhatItAskedFor() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("killed-restore")) {
      FakeInstance instance =
          stage.google().createInstance(FakeInstanceOptions.of("kotori-io:us-central1:killed-r"));
      instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
      scenario.source("sql", "V1__users.sql", V1);
      scenario.migrateCloudSql("app", instance, "sql", "approval: {policy: Never}");
      String id = scenario.await("app", "Succeeded").getStatus().backup().id();
      instance.behavior().operationsTake(Duration.ofSeconds(1), Duration.ofSeconds(8));
      int before = stage.google().journal().count(ApiCall.RESTORE_BACKUP);
      restore(scenario, "killed", "id: \"" + id + "\"");
      approve(scenario, await(scenario, "killed", "AwaitingApproval"));
      Awaitility.await("Cloud SQL was asked")
          .atMost(Duration.ofSeconds(120))
          .until(() -> stage.google().journal().count(ApiCall.RESTORE_BACKUP) > before);

      stage.node().killContainer(scenario.namespace(), podOf(scenario, "killed"), "runner");
      DatabaseRestore done = await(scenario, "killed", "Succeeded");

      assertThat(stage.google().journal().count(ApiCall.RESTORE_BACKUP) - before).isEqualTo(1);
      assertThat(scenario.jobs().values()).filteredOn("restore"::equals).hasSize(2);
      assertThat(done.getStatus().currentRevision()).isNullOrEmpty();
      scenario.await(
          "app",
          "on hold, with nothing in",
          m ->
              m.getStatus().phase().equals("Failed")
                  && m.getStatus().message().contains("on hold"));
    }
  }

  @Test
  void aRejectedOneTouchesNothing() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("rejected")) {
      FakeInstance instance = droppedTable(scenario, "rejected");
      int before = stage.google().journal().count(ApiCall.RESTORE_BACKUP);
      String id = Long.toString(instance.backups().getFirst().id());
      restore(scenario, "no", "id: \"" + id + "\"");
      DatabaseRestore waiting = await(scenario, "no", "AwaitingApproval");

      decide(scenario, waiting, "Reject");
      DatabaseRestore rejected = await(scenario, "no", "Rejected");

      assertThat(rejected.getStatus().message()).contains("rejected by carol", "nothing was");
      assertThat(stage.google().journal().count(ApiCall.RESTORE_BACKUP)).isEqualTo(before);
      assertThat(scenario.get("app").getStatus().phase()).isEqualTo("Succeeded");
    }
  }

  /** At revision 2, whose backup still has what it dropped. */
  private static FakeInstance droppedTable(Stage.Scenario scenario, String name) throws Exception {
    FakeInstance instance =
        stage.google().createInstance(FakeInstanceOptions.of("kotori-io:us-central1:" + name));
    instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
    scenario.source("sql-1", "V1__users.sql", V1);
    scenario.source("sql-2", "V1__users.sql", V1, "V2__drop.sql", V2);
    scenario.migrateCloudSql(
        "app", instance, "sql-1", "backup: {policy: Never}\napproval: {policy: Never}");
    scenario.await("app", "Succeeded");
    scenario.migrateCloudSql("app", instance, "sql-2", "backup: {policy: Always}");
    scenario.await("app", "AwaitingApproval");
    scenario.decide("app", "Approve", "alice");
    scenario.await(
        "app",
        "Succeeded at 2",
        m ->
            m.getStatus().phase().equals("Succeeded")
                && "2".equals(m.getStatus().currentRevision()));
    scenario.awaitPlan("app", "Applied");
    return instance;
  }

  private static void restore(Stage.Scenario scenario, String name, String backup) {
    scenario
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: whimbrel.dev/v1alpha1
                kind: DatabaseRestore
                metadata: {name: %s, namespace: %s}
                spec:
                  migration: app
                  backup: {%s}
                """
                    .formatted(name, scenario.namespace(), backup),
                DatabaseRestore.class))
        .create();
  }

  private static void approve(Stage.Scenario scenario, DatabaseRestore restore) {
    decide(scenario, restore, "Approve");
  }

  private static void decide(Stage.Scenario scenario, DatabaseRestore restore, String decision) {
    PlanReference plan = restore.getStatus().plan();
    scenario
        .client()
        .resource(
            Serialization.unmarshal(
                """
                apiVersion: whimbrel.dev/v1alpha1
                kind: MigrationApproval
                metadata: {generateName: restore-, namespace: %s}
                spec:
                  restore: %s
                  decision: %s
                  approver: carol
                  plan: {name: %s, uid: %s, hash: "%s"}
                """
                    .formatted(
                        scenario.namespace(),
                        restore.getMetadata().getName(),
                        decision,
                        plan.name(),
                        plan.uid(),
                        plan.hash()),
                MigrationApproval.class))
        .create();
  }

  private static String podOf(Stage.Scenario scenario, String restore) {
    return scenario
        .client()
        .pods()
        .inNamespace(scenario.namespace())
        .withLabel(
            "batch.kubernetes.io/job-name",
            get(scenario, restore).getStatus().attempt().job().name())
        .list()
        .getItems()
        .getFirst()
        .getMetadata()
        .getName();
  }

  private static MigrationPlan plan(Stage.Scenario scenario, DatabaseRestore restore) {
    return scenario
        .client()
        .resources(MigrationPlan.class)
        .inNamespace(scenario.namespace())
        .withName(restore.getStatus().plan().name())
        .get();
  }

  private static DatabaseRestore await(Stage.Scenario scenario, String name, String phase) {
    Predicate<DatabaseRestore> there =
        found ->
            found != null
                && found.getStatus() != null
                && phase.equals(found.getStatus().phase())
                && (!phase.equals("Succeeded") || found.getMetadata().getFinalizers().isEmpty());
    try {
      return Awaitility.await(name + " is " + phase)
          .atMost(Duration.ofSeconds(150))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> get(scenario, name), there);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(Serialization.asYaml(get(scenario, name)) + scenario.story(), e);
    }
  }

  private static DatabaseRestore get(Stage.Scenario scenario, String name) {
    return scenario
        .client()
        .resources(DatabaseRestore.class)
        .inNamespace(scenario.namespace())
        .withName(name)
        .get();
  }

  private static String text(FakeInstance instance, Stage.Scenario scenario, String query)
      throws SQLException {
    try (Connection connection = instance.connect(scenario.databaseName());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }
}
