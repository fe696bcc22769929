package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeBackup;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.node.SimulatedNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database on Cloud SQL: backed up before anybody is asked, once, whatever goes wrong. */
@WithStage
class CloudSqlLifecycleIT {

  /** The fake's faults hit the next call, whoever makes it. */
  private static final String INSERTS = "insert calls of the fake";

  private static final String V1 =
      "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n"
          + "INSERT INTO users VALUES (1, 'ada');";
  private static final String V2 = "DROP TABLE users;";

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("cloud-sql");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  @ResourceLock(value = INSERTS, mode = ResourceAccessMode.READ)
  void backsUpThenAsksThenMigratesAndTheBackupBringsTheOldStateBack() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("cloud")) {
      FakeInstance instance = instance(scenario, "orders");
      scenario.source("sql-1", "V1__users.sql", V1);
      scenario.source("sql-2", "V1__users.sql", V1, "V2__drop.sql", V2);
      scenario.migrateCloudSql("app", instance, "sql-1", "backup: {policy: AtHigh}");
      decideWhereAsked(scenario, "1");

      scenario.migrateCloudSql("app", instance, "sql-2", "backup: {policy: Always}");
      DatabaseMigration waiting = scenario.await("app", "AwaitingApproval");

      assertThat(instance.backups()).hasSize(1);
      FakeBackup backup = instance.backups().getFirst();
      assertThat(backup.status()).isEqualTo("SUCCESSFUL");
      assertThat(waiting.getStatus().backup().id()).isEqualTo(Long.toString(backup.id()));
      assertThat(backup.description()).hasValue(waiting.getStatus().backup().description());
      assertThat(backup.description().orElseThrow())
          .startsWith("Pre-migration backup 20")
          .endsWith(
              "[whimbrel "
                  + waiting.getMetadata().getUid()
                  + "/"
                  + waiting.getStatus().run().id()
                  + "]");
      assertThat(text(instance, scenario, "SELECT name FROM users")).isEqualTo("ada");

      scenario.decide("app", "Approve", "alice");
      DatabaseMigration done = awaitRevision(scenario, "2");

      assertThat(text(instance, scenario, "SELECT to_regclass('users')::text")).isNull();
      RestorePoint point = done.getStatus().restorePoint();
      assertThat(Instant.parse(point.time()))
          .isAfter(Instant.parse(done.getStatus().backup().startedAt()));
      assertThat(point.instance()).isEqualTo(instance.connectionName());
      assertThat(point.backup()).isEqualTo(Long.toString(backup.id()));
      assertThat(point.pointInTimeRecovery()).isTrue();
      assertThat(Instant.parse(point.latestRecoveryTime())).isBefore(Instant.parse(point.time()));
      MigrationPlanStatus applied = scenario.awaitPlan("app", "Applied").getStatus();
      assertThat(applied.backup()).isEqualTo(done.getStatus().backup().id());
      assertThat(applied.checklist())
          .filteredOn(item -> item.item().equals("backup still listed"))
          .extracting(ChecklistItem::answer)
          .containsExactly("Yes");
      assertThat(instance.backups()).hasSize(1);

      scenario.client().resource(done).delete();
      restore(instance, backup);

      Awaitility.await("the old state")
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> text(instance, scenario, "SELECT name FROM users WHERE id = 1"), "ada"::equals);
      assertThat(text(instance, scenario, "SELECT max(version) FROM flyway_schema_history"))
          .isEqualTo("1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"runner", "node"})
  @ResourceLock(value = INSERTS, mode = ResourceAccessMode.READ)
  void aKilledBackupJobDoesNotLeadToASecondBackup(String victim) throws Exception {
    String zone = "backup-" + victim;
    try (SimulatedNode doomed = stage.anotherNode(zone);
        Stage.Scenario scenario = stage.new Scenario("killed")) {
      FakeInstance instance = instance(scenario, "killed-" + victim);
      instance.behavior().operationsTake(Duration.ofSeconds(1), Duration.ofSeconds(6));
      scenario.source("sql", "V1__users.sql", V1);
      scenario.migrateCloudSql(
          "app",
          instance,
          "sql",
          "approval: {policy: Never}\nrun: {nodeSelector: {zone: %s}}".formatted(zone));
      Awaitility.await("a backup was asked for")
          .atMost(Duration.ofSeconds(60))
          .until(() -> !instance.backups().isEmpty());

      boolean nodeDies = victim.equals("node");
      if (nodeDies) {
        scenario.loseNode(doomed);
      } else {
        doomed.killContainer(scenario.namespace(), scenario.podOfJob("app"), victim);
      }
      DatabaseMigration done;
      try (SimulatedNode next = nodeDies ? stage.anotherNode(zone) : null) {
        done = scenario.await("app", "Succeeded");
      }

      assertThat(instance.backups())
          .singleElement()
          .returns("SUCCESSFUL", FakeBackup::status)
          .returns(done.getStatus().backup().id(), backup -> Long.toString(backup.id()));
      assertThat(scenario.jobs().values()).filteredOn("backup"::equals).hasSize(2);
    }
  }

  @Test
  @ResourceLock(value = INSERTS, mode = ResourceAccessMode.READ_WRITE)
  void aBusyInstanceAndALostResponseDoNotLeadToASecondBackup() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("lost")) {
      FakeInstance instance = instance(scenario, "lost");
      int before = stage.google().journal().count(ApiCall.INSERT_BACKUP);
      stage
          .google()
          .faults()
          .onNext(ApiCall.INSERT_BACKUP, FakeFault.busy(), new FakeFault.CommitThenReset());
      scenario.source("sql", "V1__users.sql", V1);

      scenario.migrateCloudSql("app", instance, "sql", "approval: {policy: Never}");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(stage.google().journal().count(ApiCall.INSERT_BACKUP) - before).isEqualTo(2);
      assertThat(instance.backups())
          .singleElement()
          .returns(done.getStatus().backup().id(), backup -> Long.toString(backup.id()));
    }
  }

  @Test
  @ResourceLock(value = INSERTS, mode = ResourceAccessMode.READ)
  void withoutABackupNothingRuns() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("failing")) {
      FakeInstance instance = instance(scenario, "failing");
      instance.behavior().failBackupRuns(true);
      scenario.source("sql", "V1__users.sql", V1);

      scenario.migrateCloudSql(
          "app", instance, "sql", "approval: {policy: Never}\nrun: {retries: 0}");
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(failed.getStatus().message()).contains("backup", instance.connectionName());
      assertThat(scenario.jobs().values()).containsOnly("plan", "backup");
      assertThat(text(instance, scenario, "SELECT to_regclass('users')::text")).isNull();
    }
  }

  private static FakeInstance instance(Stage.Scenario scenario, String name)
      throws IOException, SQLException {
    FakeInstance instance =
        stage.google().createInstance(FakeInstanceOptions.of("kotori-io:us-central1:" + name));
    instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
    return instance;
  }

  private static void decideWhereAsked(Stage.Scenario scenario, String revision) {
    DatabaseMigration now =
        scenario.await(
            "app",
            "Succeeded or a question",
            m -> m.getStatus().phase().matches("Succeeded|AwaitingApproval"));
    if (now.getStatus().phase().equals("AwaitingApproval")) {
      scenario.decide("app", "Approve", "alice");
    }
    awaitRevision(scenario, revision);
  }

  private static DatabaseMigration awaitRevision(Stage.Scenario scenario, String revision) {
    return scenario.await(
        "app",
        "Succeeded at " + revision,
        m ->
            m.getStatus().phase().equals("Succeeded")
                && revision.equals(m.getStatus().currentRevision()));
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

  /** As {@code gcloud sql backups restore} asks for it. */
  private static void restore(FakeInstance instance, FakeBackup backup) throws Exception {
    String path =
        "sql/v1beta4/projects/%s/instances/%s/restoreBackup"
            .formatted(instance.options().project(), instance.options().name());
    String body =
        """
        {"restoreBackupContext": {"backupRunId": "%d", "instanceId": "%s", "project": "%s"}}
        """
            .formatted(backup.id(), instance.options().name(), instance.options().project());
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(stage.google().endpoint() + path))
                  .header("Authorization", "Bearer " + stage.google().accessToken())
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    }
  }
}
