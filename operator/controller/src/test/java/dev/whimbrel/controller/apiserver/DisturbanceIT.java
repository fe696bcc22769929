package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.RunSummary;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.testkit.node.SimulatedNode;
import dev.whimbrel.testkit.postgres.TcpProxy;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * People, nodes and networks do what they do while a migration runs. Each revision is executed
 * exactly once all the same, and what cannot be known is said to be unknown.
 */
@WithStage
class DisturbanceIT {

  /** Nobody is asked; a script may stand at the gate for as long as the test wants. */
  private static final String FREE =
      """
      approval: {policy: Never}
      run: {startTimeout: 60s, retries: 3, guard: {lockTimeout: 5m}}
      """;

  private static Stage stage;
  private static OperatorProcess operator;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
    operator = stage.operator("disturbance");
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  void aRunningJobThatIsDeletedByHandIsRunAgainOnceItsSessionHasGone() {
    try (Stage.Scenario scenario = stage.new Scenario("deleted")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        deleteJob(scenario, DeletionPropagation.BACKGROUND);
        scenario.await("app", "recovery", m -> !m.getStatus().phase().equals("Migrating"));
      }
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void aPodThatOutlivesItsJobIsWaitedForBeforeTheHistoryIsRead() {
    try (Stage.Scenario scenario = stage.new Scenario("outlived")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        deleteJob(scenario, DeletionPropagation.ORPHAN);
        DatabaseMigration waiting =
            scenario.await("app", "a wait", m -> "WaitingForPod".equals(ready(m).getReason()));

        assertThat(waiting.getStatus().phase()).isEqualTo("Recovering");
        assertThat(waiting.getStatus().message())
            .contains("is gone, but its pod", "kubectl delete pod");
        assertThat(scenario.jobs()).isEmpty();
      }
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void aFailedJobThatIsDeletedByHandIsNotMissed() {
    try (Stage.Scenario scenario = stage.new Scenario("failed")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("bad", "V1__one.sql", Audit.script("one") + "SELECT 1 / 0;");
      scenario.source("good", "V1__one.sql", Audit.script("one"));
      scenario.migrate("app", "bad", FREE);
      DatabaseMigration failed = scenario.await("app", "Failed");
      assertThat(failed.getStatus().message())
          .contains("division by zero", "22012", "Nothing of the plan is in");

      scenario
          .client()
          .batch()
          .v1()
          .jobs()
          .inNamespace(scenario.namespace())
          .withPropagationPolicy(DeletionPropagation.BACKGROUND)
          .delete();
      scenario.migrate("app", "good", FREE);
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void aSpecThatChangesWhileMigratingWaitsForTheEndOfTheRun() {
    try (Stage.Scenario scenario = stage.new Scenario("changed")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql-1", "V1__one.sql", Audit.pausing("one"));
      scenario.source(
          "sql-2", "V1__one.sql", Audit.pausing("one"), "V2__two.sql", Audit.script("two"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql-1", FREE);
        audit.awaitAtGate();

        DatabaseMigration changed = scenario.migrate("app", "sql-2", FREE);

        assertThat(changed.getMetadata().getGeneration()).isEqualTo(2);
        assertThat(changed.getStatus().observedGeneration()).isEqualTo(1);
        assertThat(changed.getStatus().phase()).isEqualTo("Migrating");
      }
      DatabaseMigration done = awaitRevision(scenario, "app", "2");

      assertThat(done.getStatus().observedGeneration()).isEqualTo(2);
      assertThat(done.getStatus().history())
          .extracting(RunSummary::id, RunSummary::phase)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("2-1", "Succeeded"),
              org.assertj.core.groups.Tuple.tuple("1-1", "Succeeded"));
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1));
    }
  }

  @Test
  void whatARunDidIsLookedForWhereItWasBegunWhateverTheSpecSaysByThen() {
    try (Stage.Scenario scenario = stage.new Scenario("renamed")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql", "V1__one.sql", Audit.script("one"), "V2__two.sql", Audit.pausing("two"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        scenario.apply(
            scenario
                .manifest("app", "sql", "127.0.0.1", stage.database().port(), FREE)
                .replace("{configMaps: [sql]}", "{configMaps: [sql], table: another_history}"));
        deleteJob(scenario, DeletionPropagation.BACKGROUND);
        scenario.await("app", "recovery", m -> !m.getStatus().phase().equals("Migrating"));
      }
      // The next run finds tables, and nothing in the history that it is told of.
      scenario.await("app", "NoHistory", m -> "NoHistory".equals(ready(m).getReason()));

      // Whether the second was cancelled in time or not: the first run has read the right history.
      assertThat(audit.ran()).containsEntry("one", 1);
      assertThat(scenario.plans())
          .singleElement()
          .satisfies(plan ->
              assertThat(plan.getStatus().currentRevision())
                  .isEqualTo(String.valueOf(audit.ran().size())));
    }
  }

  @Test
  void aConfigMapThatIsEditedWhileMigratingStartsARunAfterwards() {
    try (Stage.Scenario scenario = stage.new Scenario("edited")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
      scenario
          .client()
          .configMaps()
          .inNamespace(scenario.namespace())
          .withName("sql")
          .edit(map ->
              map.edit().editMetadata().addToLabels(Whimbrel.SOURCE_LABEL, "").and().build());
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        scenario
            .client()
            .configMaps()
            .inNamespace(scenario.namespace())
            .withName("sql")
            .edit(map -> map.edit().addToData("V2__two.sql", Audit.script("two")).build());
      }
      awaitRevision(scenario, "app", "2");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1));
    }
  }

  @ParameterizedTest
  @EnumSource(DeletionPropagation.class)
  void deletingTheObjectNeitherKillsTheMigrationNorLosesItsOutcome(DeletionPropagation how) {
    try (Stage.Scenario scenario = stage.new Scenario("gone")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
      String plan;
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        long pid = audit.awaitAtGate();
        plan = scenario.get("app").getStatus().plan().name();

        scenario
            .client()
            .resources(DatabaseMigration.class)
            .inNamespace(scenario.namespace())
            .withName("app")
            .withPropagationPolicy(how)
            .delete();
        // Longer than the garbage collector needs for what it may take.
        Awaitility.await("nothing happens")
            .during(Duration.ofSeconds(3))
            .atMost(Duration.ofSeconds(10))
            .until(() ->
                audit.awaitAtGate() == pid
                    && scenario.get("app") != null
                    && scenario.jobs().size() == 1);
      }
      Awaitility.await("the object goes")
          .atMost(Duration.ofSeconds(60))
          .until(() -> scenario.get("app") == null);

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(scenario.plans())
          .singleElement()
          .satisfies(found -> {
            assertThat(found.getMetadata().getName()).isEqualTo(plan);
            assertThat(found.getStatus().state()).isEqualTo("Applied");
            assertThat(found.getStatus().endedAt()).isNotNull();
            assertThat(found.getStatus().currentRevision()).isEqualTo("1");
          });
    }
  }

  @Test
  void aPodThatIsNeverScheduledFailsTheRunAndSaysWhy() {
    try (Stage.Scenario scenario = stage.new Scenario("nowhere")) {
      scenario.source("sql", "V1__one.sql", "CREATE TABLE one (id bigint PRIMARY KEY);");

      scenario.migrate("app", "sql", "run: {startTimeout: 5s, nodeSelector: {zone: nowhere}}");
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(ready(failed).getReason()).isEqualTo("JobNotStarted");
      assertThat(failed.getStatus().message())
          .contains("Job app-", "spec.run.startTimeout (5s)", "Unschedulable")
          .contains("spec.run.nodeSelector");
      Awaitility.await("nothing is left to start late")
          .atMost(Duration.ofSeconds(20))
          .until(() -> scenario.jobs().isEmpty());
    }
  }

  @Test
  void aMigrateJobThatIsNeverScheduledLeavesTheDatabaseUntouchedAndSaysSo() {
    try (SimulatedNode node = stage.anotherNode("drained");
        Stage.Scenario scenario = stage.new Scenario("drained")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      scenario.migrate(
          "app",
          "sql",
          "approval: {policy: Always}\nrun: {startTimeout: 5s, nodeSelector: {zone: drained}}");
      scenario.await("app", "AwaitingApproval");

      node.hold();
      scenario.decide("app", "Approve", "alice");
      scenario.await("app", "Recovering");
      node.release();
      DatabaseMigration failed = scenario.await("app", "Failed");

      assertThat(ready(failed).getReason()).isEqualTo("JobNotStarted");
      assertThat(failed.getStatus().message())
          .contains("-migrate-2", "Unschedulable", "Nothing of the plan is in");
      assertThat(audit.ran()).isEmpty();
    }
  }

  @Test
  void aDeadNodeIsWaitedOutUntilItsOrphanedBackendHasGone() throws Exception {
    try (SimulatedNode first = stage.anotherNode("dying");
        Stage.Scenario scenario = stage.new Scenario("orphan")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql", "V1__one.sql", Audit.script("one"), "V2__two.sql", Audit.pausing("two"));
      long backend;
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate(
            "app", "sql", FREE.replace("retries", "nodeSelector: {zone: dying}, retries"));
        backend = audit.awaitAtGate();
        // Frozen, it cannot notice that its client dies.
        signal("STOP", backend);
        first.kill();
        stage.controlPlane().admin().nodes().withName("dying").delete();
        scenario
            .client()
            .pods()
            .inNamespace(scenario.namespace())
            .withName(scenario.podOfJob("app"))
            .withGracePeriod(0)
            .delete();
      }
      try (SimulatedNode second = stage.anotherNode("dying")) {
        DatabaseMigration waiting =
            scenario.await(
                "app", "WaitingForOrphan", m -> "WaitingForOrphan".equals(ready(m).getReason()));
        assertThat(waiting.getStatus().phase()).isEqualTo("Recovering");
        assertThat(waiting.getStatus().message())
            .contains("pid " + backend, "nothing is decided before it ends");

        signal("CONT", backend);
        scenario.await("app", "Succeeded");
      } finally {
        signal("CONT", backend);
      }
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1));
    }
  }

  @Test
  void aRunnerThatIsKilledBetweenStatementsIsContinuedFromTheLastWholeRevision() {
    try (Stage.Scenario scenario = stage.new Scenario("killed")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql",
          "V1__one.sql",
          Audit.script("one"),
          "V2__two.sql",
          Audit.pausing("two"),
          "V3__three.sql",
          Audit.script("three"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        stage.node().killContainer(scenario.namespace(), scenario.podOfJob("app"), "runner");
        audit.awaitNobody();
      }
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1, "three", 1));
      assertThat(done.getStatus().plan().from()).isEqualTo("1");
      assertThat(done.getStatus().plan().revisions()).isEqualTo(2);
    }
  }

  @Test
  void aNetworkThatHangsAndThenBreaksIsSurvived() {
    try (Stage.Scenario scenario = stage.new Scenario("network");
        TcpProxy network = TcpProxy.start("127.0.0.1", 0, stage.database().port())) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", "127.0.0.1", network.port(), FREE);
        audit.awaitAtGate();

        network.hang();
        network.cut();
        audit.awaitNobody();
        network.forward();
      }
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      assertThat(done.getStatus().run().failures()).isPositive();
    }
  }

  @Test
  void anAbortStopsTheRunAndSaysWhatIsIn() {
    try (Stage.Scenario scenario = stage.new Scenario("abort")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql", "V1__one.sql", Audit.script("one"), "V2__two.sql", Audit.pausing("two"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", FREE);
        audit.awaitAtGate();

        scenario.decideOnRun("app", "Abort");
        DatabaseMigration failed = scenario.await("app", "Failed");

        assertThat(ready(failed).getReason()).isEqualTo("Aborted");
        assertThat(failed.getStatus().message())
            .contains("a person aborted the run", "1 of 2 revisions are in", "the last is 1");
        audit.awaitNobody();
      }
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void suspendHoldsTheRunAtEachSafePointAndNowhereElse() {
    try (Stage.Scenario scenario = stage.new Scenario("suspend")) {
      Audit audit = Audit.in(stage, scenario);
      String asked = FREE.replace("policy: Never", "policy: Always");
      scenario.source("sql", "V1__one.sql", Audit.pausing("one"));

      scenario.migrate("app", "sql", asked + "suspend: true");
      scenario.await("app", "Suspended", m -> "Suspended".equals(ready(m).getReason()));
      assertThat(scenario.jobs()).isEmpty();

      scenario.migrate("app", "sql", asked + "suspend: false");
      scenario.await("app", "AwaitingApproval");

      scenario.migrate("app", "sql", asked + "suspend: true");
      scenario.decide("app", "Approve", "alice");
      scenario.await(
          "app",
          "Migrating, suspended",
          m ->
              m.getStatus().phase().equals("Migrating")
                  && "Suspended".equals(ready(m).getReason()));
      assertThat(scenario.jobs().values()).containsExactly("plan");

      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("app", "sql", asked + "suspend: false");
        long pid = audit.awaitAtGate();
        scenario.migrate("app", "sql", asked + "suspend: true");
        Awaitility.await("nothing happens")
            .during(Duration.ofSeconds(2))
            .atMost(Duration.ofSeconds(10))
            .until(() -> audit.awaitAtGate() == pid);
      }
      scenario.await("app", "Succeeded");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void theRetryAnnotationStartsAgainOnce() {
    try (Stage.Scenario scenario = stage.new Scenario("retry")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      stage.database().execute(scenario.databaseName(), "CREATE TABLE one ()");
      scenario.migrate("app", "sql", FREE);
      scenario.await("app", "Failed");
      stage.database().execute(scenario.databaseName(), "DROP TABLE one");

      scenario.retry("app", "please");
      DatabaseMigration done = scenario.await("app", "Succeeded");

      assertThat(done.getStatus().lastHandledRetry()).isEqualTo("please");
      assertThat(done.getStatus().run().id()).isEqualTo("1-2");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void twoMigrationsOfOneDatabaseTakeTurns() {
    try (Stage.Scenario scenario = stage.new Scenario("turns")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql-1", "V1__one.sql", Audit.pausing("one"));
      scenario.source("sql-2", "V1__two.sql", Audit.script("two"));
      try (Audit.Gate gate = audit.closeGate()) {
        scenario.migrate("first", "sql-1", FREE);
        audit.awaitAtGate();

        scenario.apply(
            scenario
                .manifest("second", "sql-2", "127.0.0.1", stage.database().port(), FREE)
                .replace("[sql-2]", "[sql-2], defaultSchema: other, schemas: [other]"));
        DatabaseMigration queued =
            scenario.await("second", "Queued", m -> "Queued".equals(ready(m).getReason()));

        assertThat(queued.getStatus().message())
            .contains(
                "Waiting for DatabaseMigration " + scenario.namespace() + "/first",
                scenario.databaseName());
        assertThat(scenario.jobs().values()).doesNotContain("migrate");
      }
      scenario.await("first", "Succeeded");
      scenario.await("second", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1));
      awaitNoLease(scenario, "first");
    }
  }

  @Test
  void twoMigrationsOfOneHistoryTableAreRefused() {
    try (Stage.Scenario scenario = stage.new Scenario("claimed")) {
      scenario.source("sql", "V1__one.sql", "CREATE TABLE one (id bigint PRIMARY KEY);");
      scenario.migrate("first", "sql", "");
      scenario.await("first", "Succeeded");

      scenario.migrate("second", "sql", "");
      DatabaseMigration failed = scenario.await("second", "Failed");

      assertThat(ready(failed).getReason()).isEqualTo("DatabaseClaimed");
      assertThat(failed.getStatus().message())
          .contains(scenario.namespace() + "/first", "flyway_schema_history")
          .contains("delete one of the two", "spec.source.flyway.table");
      assertThat(scenario.jobs()).hasSize(1);
    }
  }

  @Test
  void aLeaseWhoseHolderHasGoneIsTakenOverAfterACleanReading() {
    try (Stage.Scenario scenario = stage.new Scenario("lease")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source("sql", "V1__one.sql", Audit.script("one"));
      scenario.migrate("app", "sql", FREE + "suspend: true");
      String name = new Spec(scenario.get("app").getSpec()).lease();
      scenario
          .client()
          .resource(
              new LeaseBuilder()
                  .withNewMetadata()
                  .withName(name)
                  .withNamespace(Stage.OPERATOR_NAMESPACE)
                  .withAnnotations(Map.of("whimbrel.dev/holder", scenario.namespace() + "/gone"))
                  .endMetadata()
                  .withNewSpec()
                  .withHolderIdentity("6f2c7d9e-0000-4000-8000-000000000000/1-1")
                  .endSpec()
                  .build())
          .create();

      scenario.migrate("app", "sql", FREE + "suspend: false");
      scenario.await("app", "Succeeded");

      assertThat(scenario.jobs().values()).contains("inspect");
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      awaitNoLease(scenario, "app");
    }
  }

  @Test
  void whatCannotBeKnownIsUnresolvedUntilAPersonHasLooked() {
    try (Stage.Scenario scenario = stage.new Scenario("unknown")) {
      Audit audit = Audit.in(stage, scenario);
      scenario.source(
          "sql",
          "V1__one.sql",
          Audit.script("one") + "SELECT 1 / 0;",
          "V1__one.sql.conf",
          "executeInTransaction=false");
      scenario.migrate("app", "sql", FREE);
      DatabaseMigration unresolved = scenario.await("app", "Unresolved");

      assertThat(unresolved.getStatus().message())
          .contains("V1__one.sql", "parts of it may be in", "whimbrel.dev/retry", "Acknowledge");
      assertThat(lease(scenario, "app")).isNotNull();
      stage.database().execute(scenario.databaseName(), "DROP TABLE one; DELETE FROM audit.ran");
      stage.database().execute(scenario.databaseName(), "DELETE FROM flyway_schema_history");
      scenario.source("good", "V1__one.sql", Audit.script("one"));
      scenario.migrate("app", "good", FREE);
      assertThat(scenario.get("app").getStatus().phase()).isEqualTo("Unresolved");

      scenario.decideOnRun("app", "Acknowledge");
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
      awaitNoLease(scenario, "app");
    }
  }

  private static void deleteJob(Stage.Scenario scenario, DeletionPropagation propagation) {
    scenario
        .client()
        .batch()
        .v1()
        .jobs()
        .inNamespace(scenario.namespace())
        .withName(scenario.get("app").getStatus().run().job().name())
        .withPropagationPolicy(propagation)
        .delete();
  }

  private static DatabaseMigration awaitRevision(
      Stage.Scenario scenario, String name, String revision) {
    return scenario.await(
        name,
        "Succeeded at " + revision,
        m ->
            m.getStatus().phase().equals("Succeeded")
                && revision.equals(m.getStatus().currentRevision()));
  }

  private static Condition ready(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    return status.conditions().stream()
        .filter(condition -> "Ready".equals(condition.getType()))
        .findFirst()
        .orElseThrow();
  }

  /** It is given back right after the end was recorded. */
  private static void awaitNoLease(Stage.Scenario scenario, String migration) {
    Awaitility.await("the Lease is given back")
        .atMost(Duration.ofSeconds(10))
        .until(() -> lease(scenario, migration) == null);
  }

  private static Lease lease(Stage.Scenario scenario, String migration) {
    return scenario
        .client()
        .leases()
        .inNamespace(Stage.OPERATOR_NAMESPACE)
        .withName(new Spec(scenario.get(migration).getSpec()).lease())
        .get();
  }

  /** Signals a backend of the embedded server. */
  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-s", name, Long.toString(pid)).start().waitFor();
  }
}
