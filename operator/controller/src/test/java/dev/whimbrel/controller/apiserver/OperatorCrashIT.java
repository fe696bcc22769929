package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.Sha256;
import dev.whimbrel.testkit.google.ApiCall;
import dev.whimbrel.testkit.google.FakeFault;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.node.SimulatedNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The operator is killed, or loses its API server. Whoever comes after finishes what was begun, and
 * every revision is executed exactly once.
 */
@WithStage
@Execution(ExecutionMode.SAME_THREAD)
class OperatorCrashIT {

  private static final String FREE =
      """
      approval: {policy: Never}
      run: {startTimeout: 120s, retries: 3, guard: {lockTimeout: 5m}}
      """;
  private static final String ASKED = FREE.replace("Never", "Always");

  private static Stage stage;

  @BeforeAll
  static void start(Stage shared) {
    stage = shared;
  }

  @Test
  void killedInEveryPhaseItLeavesNothingUndoneAndNothingDoneTwice() throws Exception {
    try (Stage.Scenario planning = stage.new Scenario("planning");
        Stage.Scenario backingUp = stage.new Scenario("backing-up");
        Stage.Scenario awaiting = stage.new Scenario("awaiting");
        Stage.Scenario queued = stage.new Scenario("queued");
        Stage.Scenario uncreated = stage.new Scenario("uncreated");
        Stage.Scenario migrating = stage.new Scenario("migrating");
        Stage.Scenario recovering = stage.new Scenario("recovering");
        Stage.Scenario verifying = stage.new Scenario("verifying")) {
      Replica operator = Replica.alone(stage);
      FakeInstance instance = instance(backingUp);
      stage.google().faults().always(ApiCall.INSERT_BACKUP, FakeFault.busy());
      Audit inPlanning =
          begin(planning, FREE.replace("retries", "nodeSelector: {zone: late}, retries"));
      Audit inAwaiting = begin(awaiting, ASKED);
      Audit inQueued = Audit.in(stage, queued);
      Audit inUncreated = begin(uncreated, ASKED);
      Audit inMigrating = Audit.in(stage, migrating);
      Audit inRecovering = Audit.in(stage, recovering);
      Audit inVerifying = begin(verifying, FREE);
      Audit.Gate gate = inMigrating.closeGate();
      Audit.Gate otherGate = inRecovering.closeGate();
      backingUp.source("sql", "V1__one.sql", "CREATE TABLE one (id bigint PRIMARY KEY);");
      backingUp.migrateCloudSql("app", instance, "sql", FREE);
      holdLease(queued);
      sources(queued, FREE);
      pausing(migrating, ASKED);
      pausing(recovering, FREE);

      // Each to its phase, and held there.
      planning.await("app", "Planning");
      backingUp.await("app", "BackingUp");
      awaiting.await("app", "AwaitingApproval");
      queued.await("app", "Queued", m -> Stage.reason(m).equals("Queued"));
      uncreated.await("app", "AwaitingApproval");
      quota(uncreated);
      uncreated.decide("app", "Approve", "alice");
      uncreated.await(
          "app", "dispatch", m -> Boolean.TRUE.equals(m.getStatus().run().dispatched()));
      migrating.await("app", "AwaitingApproval");
      migrating.decide("app", "Approve", "alice");
      inMigrating.awaitAtGate();
      inRecovering.awaitAtGate();
      Connection orphan = orphan(recovering);
      stage.node().killContainer(recovering.namespace(), recovering.podOfJob("app"), "runner");
      recovering.await("app", "an orphan", m -> Stage.reason(m).equals("WaitingForOrphan"));
      verifying.await("app", "Succeeded");
      sources(
          verifying, ASKED + "verify: {sql: [{name: one, query: SELECT count(*) = 0 FROM one}]}");
      verifying.await("app", "Verifying");

      operator.kill();

      assertThat(List.of(planning, backingUp, awaiting, queued, uncreated, migrating, recovering))
          .extracting(scenario -> scenario.get("app").getStatus().phase())
          .containsExactly(
              "Planning",
              "BackingUp",
              "AwaitingApproval",
              "Migrating",
              "Migrating",
              "Migrating",
              "Recovering");
      assertThat(verifying.get("app").getStatus().phase()).isEqualTo("Verifying");
      assertThat(uncreated.jobs().values()).containsExactly("plan");

      // Nobody watches, and everything goes on.
      stage.google().faults().clear();
      awaiting.decide("app", "Approve", "alice");
      lease(queued).delete();
      uncreated.client().resourceQuotas().inNamespace(uncreated.namespace()).delete();
      gate.close();
      otherGate.close();
      inMigrating.awaitNobody();
      orphan.close();
      try (SimulatedNode late = stage.anotherNode("late");
          Replica next = Replica.alone(stage)) {
        for (Stage.Scenario scenario :
            List.of(
                planning,
                backingUp,
                awaiting,
                queued,
                uncreated,
                migrating,
                recovering,
                verifying)) {
          scenario.await("app", "Succeeded");
        }
      }

      assertThat(
              List.of(
                  inPlanning,
                  inAwaiting,
                  inQueued,
                  inUncreated,
                  inMigrating,
                  inRecovering,
                  inVerifying))
          .allSatisfy(audit -> assertThat(audit.ran()).isEqualTo(Map.of("one", 1)));
      assertThat(instance.backups()).hasSize(1);
      assertThat(verifying.get("app").getStatus().verified()).isNotNull();
      operator.close();
    } finally {
      stage.google().faults().clear();
    }
  }

  @Test
  void killedAgainAndAgainItStillGetsThere() {
    List<Stage.Scenario> scenarios = new ArrayList<>();
    List<Audit> audits = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Stage.Scenario scenario = stage.new Scenario("again");
        scenarios.add(scenario);
        Audit audit = Audit.in(stage, scenario);
        audits.add(audit);
        scenario.source(
            "sql", "V1__one.sql", Audit.script("one"), "V2__two.sql", Audit.script("two"));
        // Both ways: one pod for all, and a pod for each step.
        scenario.migrate("app", "sql", i % 2 == 0 ? FREE : FREE + "backup: {policy: Never}");
      }

      for (int death = 0; death < 4; death++) {
        try (Replica operator = Replica.alone(stage)) {
          Awaitility.await("a moment of work")
              .atMost(Duration.ofSeconds(60))
              .until(() -> operator.log().contains("started port="));
          Duration work = Duration.ofMillis(ThreadLocalRandom.current().nextInt(2_500));
          Awaitility.await("a random moment").pollDelay(work).until(() -> true);
          operator.kill();
        }
      }
      try (Replica last = Replica.alone(stage)) {
        scenarios.forEach(scenario -> scenario.await("app", "Succeeded"));
      }

      assertThat(audits)
          .allSatisfy(audit -> assertThat(audit.ran()).isEqualTo(Map.of("one", 1, "two", 1)));
    } finally {
      Collections.reverse(scenarios);
      scenarios.forEach(Stage.Scenario::close);
    }
  }

  @Test
  void aSecondReplicaTakesOverWhenTheLeaderDies() {
    try (Stage.Scenario scenario = stage.new Scenario("takeover");
        Replica first = Replica.oneOfTwo(stage, "first");
        Replica second = awaitLeader(first, "first")) {
      Audit audit = Audit.in(stage, scenario);
      try (Audit.Gate gate = audit.closeGate()) {
        pausing(scenario, FREE);
        audit.awaitAtGate();

        first.kill();
      }
      scenario.await("app", "Succeeded");

      assertThat(leader()).isEqualTo("second");
      assertThat(second.isAlive()).as(second.log()).isTrue();
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void aStatusThatCannotBeWrittenAfterTheEndIsWrittenLater() {
    try (Stage.Scenario scenario = stage.new Scenario("unwritten");
        Replica operator = Replica.alone(stage)) {
      Audit audit = Audit.in(stage, scenario);
      try (Audit.Gate gate = audit.closeGate()) {
        pausing(scenario, FREE);
        audit.awaitAtGate();
        refuseStatusWrites(scenario);
      }
      audit.awaitNobody();
      Awaitility.await("the failed writes")
          .atMost(Duration.ofSeconds(30))
          .until(() -> operator.log().contains("no status today"));
      assertThat(scenario.get("app").getStatus().phase()).isEqualTo("Migrating");

      allowStatusWrites(scenario);
      scenario.await("app", "Succeeded");

      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  @Test
  void aMigrationThatEndsWhileTheApiServerIsAwayIsRecordedAfterwards() {
    try (Stage.Scenario scenario = stage.new Scenario("away");
        Replica operator = Replica.alone(stage)) {
      Audit audit = Audit.in(stage, scenario);
      try (Audit.Gate gate = audit.closeGate()) {
        pausing(scenario, FREE);
        audit.awaitAtGate();
        stage.controlPlane().stopApiServer();
      }
      try {
        audit.awaitNobody();
      } finally {
        stage.controlPlane().startApiServer();
      }
      scenario.await("app", "Succeeded");

      assertThat(operator.isAlive()).as(operator.log()).isTrue();
      assertThat(audit.ran()).isEqualTo(Map.of("one", 1));
    }
  }

  private static Audit begin(Stage.Scenario scenario, String more) {
    Audit audit = Audit.in(stage, scenario);
    sources(scenario, more);
    return audit;
  }

  private static void sources(Stage.Scenario scenario, String more) {
    scenario.source("sql", "V1__one.sql", Audit.script("one"));
    scenario.migrate("app", "sql", more);
  }

  private static void pausing(Stage.Scenario scenario, String more) {
    scenario.source("sql", "V1__one.sql", Audit.pausing("one"));
    scenario.migrate("app", "sql", more);
  }

  private static FakeInstance instance(Stage.Scenario scenario) throws Exception {
    FakeInstance instance =
        stage.google().createInstance(FakeInstanceOptions.of("kotori-io:us-central1:crash"));
    instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
    return instance;
  }

  /** Somebody unknown holds the Lease of the scenario's database. */
  private static void holdLease(Stage.Scenario scenario) {
    scenario
        .client()
        .resource(
            new LeaseBuilder()
                .withNewMetadata()
                .withName(leaseName(scenario))
                .withNamespace(Stage.OPERATOR_NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withHolderIdentity("somebody")
                .endSpec()
                .build())
        .create();
  }

  private static String leaseName(Stage.Scenario scenario) {
    DatabaseMigration migration =
        Serialization.unmarshal(
            scenario.manifest("app", "sql", "127.0.0.1", stage.database().port(), FREE),
            DatabaseMigration.class);
    return new Spec(migration.getSpec()).lease();
  }

  private static io.fabric8.kubernetes.client.dsl.Resource<
          io.fabric8.kubernetes.api.model.coordination.v1.Lease>
      lease(Stage.Scenario scenario) {
    return scenario
        .client()
        .leases()
        .inNamespace(Stage.OPERATOR_NAMESPACE)
        .withName(leaseName(scenario));
  }

  /** No further Job can be created in the namespace. */
  private static void quota(Stage.Scenario scenario) {
    scenario
        .client()
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("no-more-jobs")
                .withNamespace(scenario.namespace())
                .endMetadata()
                .withNewSpec()
                .withHard(Map.of("count/jobs.batch", new Quantity("1")))
                .endSpec()
                .build())
        .create();
    Awaitility.await("the quota counts")
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          var quota =
              scenario
                  .client()
                  .resourceQuotas()
                  .inNamespace(scenario.namespace())
                  .withName("no-more-jobs")
                  .get();
          return quota.getStatus() != null
              && quota.getStatus().getUsed() != null
              && "1".equals(String.valueOf(quota.getStatus().getUsed().get("count/jobs.batch")));
        });
  }

  /** A session that looks like one that an earlier Job of the run has left behind. */
  private static Connection orphan(Stage.Scenario scenario) throws SQLException {
    DatabaseMigration migration = scenario.get("app");
    Connection connection =
        stage.database().connect(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
    connection.setClientInfo(
        "ApplicationName",
        "whimbrel/"
            + Sha256.hex(migration.getMetadata().getUid()).substring(0, 8)
            + "/"
            + migration.getStatus().run().id()
            + "/0");
    return connection;
  }

  private static Replica awaitLeader(Replica replica, String identity) {
    Awaitility.await(identity + " leads")
        .atMost(Duration.ofSeconds(60))
        .until(() -> identity.equals(leader()));
    return Replica.oneOfTwo(stage, "second");
  }

  private static String leader() {
    var lease =
        stage
            .controlPlane()
            .admin()
            .leases()
            .inNamespace(Stage.OPERATOR_NAMESPACE)
            .withName("whimbrel-operator")
            .get();
    return lease == null ? null : lease.getSpec().getHolderIdentity();
  }

  private static void refuseStatusWrites(Stage.Scenario scenario) {
    for (String document : policy(scenario).split("---\n")) {
      scenario.client().resource(document).serverSideApply();
    }
    KubernetesClient operator =
        stage.controlPlane().asServiceAccount(Stage.OPERATOR_NAMESPACE, stage.serviceAccount());
    Awaitility.await("the policy is in force")
        .atMost(Duration.ofSeconds(30))
        .until(() -> isRefused(operator, scenario));
  }

  private static boolean isRefused(KubernetesClient operator, Stage.Scenario scenario) {
    try {
      operator
          .resources(DatabaseMigration.class)
          .inNamespace(scenario.namespace())
          .withName("app")
          .subresource("status")
          .patch(
              new PatchContext.Builder()
                  .withPatchType(PatchType.JSON_MERGE)
                  .withDryRun(List.of("All"))
                  .build(),
              "{\"status\": {\"message\": \"rehearsal\"}}");
      return false;
    } catch (KubernetesClientException e) {
      return e.getMessage().contains("no status today");
    }
  }

  private static void allowStatusWrites(Stage.Scenario scenario) {
    for (String document : policy(scenario).split("---\n")) {
      scenario.client().resource(document).delete();
    }
  }

  private static String policy(Stage.Scenario scenario) {
    return """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: %1$s}
    spec:
      failurePolicy: Fail
      matchConstraints:
        resourceRules:
        - apiGroups: [whimbrel.dev]
          apiVersions: ["*"]
          operations: [UPDATE]
          resources: [databasemigrations/status]
      validations:
      - expression: "object.metadata.namespace != '%1$s'"
        message: no status today
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: %1$s}
    spec:
      policyName: %1$s
      validationActions: [Deny]
    """
        .formatted(scenario.namespace());
  }
}
