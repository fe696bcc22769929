package dev.whimbrel.controller.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import dev.whimbrel.testkit.python.NeedsPython;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What kubectl shows tells the whole story to somebody who knows nothing. */
@WithStage
@Execution(ExecutionMode.SAME_THREAD)
class DescribeIT {

  private static final String V1 = "CREATE TABLE users (id bigint PRIMARY KEY, name text);";
  private static final String V2 =
      "-- Nobody reads it any more.\nALTER TABLE users\n  DROP COLUMN name;\n";

  private static Stage stage;
  private static OperatorProcess operator;
  private static Kubectl kubectl;

  @BeforeAll
  static void start(Stage shared) {
    Assumptions.assumeTrue(Kubectl.isInstalled(), "skipped: no kubectl on the PATH");
    stage = shared;
    kubectl = new Kubectl(stage);
    operator = stage.operator("describe");
  }

  @AfterAll
  static void stop() {
    if (operator != null) {
      operator.close();
    }
  }

  @Test
  void whileItWaitsItSaysWhoHasToDoWhatUntilWhen() throws Exception {
    try (Stage.Scenario scenario = stage.new Scenario("story")) {
      FakeInstance instance = instance(scenario);
      scenario.source("sql-1", "V1__users.sql", V1);
      scenario.source("sql-2", "V1__users.sql", V1, "V2__drop.sql", V2);
      scenario.migrateCloudSql("app", instance, "sql-1", "backup: {policy: Never}");
      scenario.await("app", "Succeeded");
      scenario.migrateCloudSql("app", instance, "sql-2", "");
      PlanReference plan = scenario.await("app", "AwaitingApproval").getStatus().plan();

      Story waiting = describe(scenario, "dbm", "app");

      assertThat(waiting.line("Message: Plan"))
          .contains(plan.name() + " needs 1 approval (risk High: V2__drop.sql line 2: drops")
          .contains(
              "Impact: data loss High, downtime Low, rollback High, performance None,"
                  + " compatibility High. Read it: kubectl describe mplan "
                  + plan.name())
          .contains(
              "create a MigrationApproval with its name, UID and hash before " + plan.expiresAt());
      waiting.tells(
          "Phase: AwaitingApproval",
          "Current Revision: 1",
          "Instance: kotori-io:us-central1:story",
          "State: SUCCESSFUL",
          "Hash: " + plan.hash(),
          "UID: " + plan.uid(),
          "Message: 0 of 1 approvals",
          "Message: the database is at revision 1, the target is 2");
      assertThat(waiting.events())
          .containsExactly(
              "Normal Planning",
              "Normal Migrating",
              "Normal Succeeded",
              "Normal NewRun",
              "Normal BackingUp",
              "Normal BackedUp",
              "Normal AwaitingApproval");
      get(scenario, "dbm")
          .tells("NAME PHASE REVISION TARGET RISK AGE", "app AwaitingApproval 1 2 High");

      DescribedPlan.of(describe(scenario, "mplan", plan.name()).text(), plan.name())
          .is("describe/mplan.txt");
      get(scenario, "mplan")
          .tells(
              "NAME MIGRATION STATE RISK REVISIONS FROM TO AGE",
              plan.name() + " app Pending High 1 1 2");
      wide(scenario, "mplan")
          .line(
              "NAME MIGRATION STATE RISK REVISIONS FROM TO DATALOSS DOWNTIME ROLLBACK PERFORMANCE");
      assertThat(wide(scenario, "mplan").line(plan.name()))
          .startsWith(plan.name() + " app Pending High 1 1 2 High Low High None sha256:");

      scenario.decide("app", "Approve", "alice");
      scenario.await("app", "Succeeded");
      scenario.awaitPlan("app", "Applied");

      Story succeeded = describe(scenario, "dbm", "app");

      succeeded.tells(
          "Phase: Succeeded",
          "Message: The database is at revision 2; 1 revision(s) of plan "
              + plan.name()
              + " are in, verified",
          "Message: by alice (unverified)",
          "Message: the revision and 0 check(s) of spec.verify hold");
      assertThat(succeeded.events())
          .endsWith("Normal ApprovalAccepted", "Normal Migrating", "Normal Succeeded");
      assertThat(succeeded.line("Normal ApprovalAccepted")).contains("Approve by alice");
      // The run before has given its Lease back, or this one would have had to take it over.
      assertThat(succeeded.text()).doesNotContain("Takeover");
      get(scenario, "dbm").tells("app Succeeded 2 2 High");
      get(scenario, "mplan").tells(plan.name() + " app Applied High 1 1 2");
    }
  }

  @Test
  void whatFailedSaysWhereAndWhatIsInAndWhatToDo() {
    try (Stage.Scenario scenario = stage.new Scenario("failed")) {
      scenario.source("sql", "V1__users.sql", V1, "V2__typo.sql", "CREATE INDEX ON x (id);");
      scenario.migrate("app", "sql", "approval: {policy: Never}");
      scenario.await("app", "Failed");

      Story failed = describe(scenario, "dbm", "app");

      failed.tells(
          "Phase: Failed",
          "Message: V2__typo.sql, line 1: relation \"x\" does not exist (SQLSTATE 42P01). 1 of"
              + " 2 revisions are in, the last is 1; they were not undone, because"
              + " spec.rollback.onFailure is None; put the cause right, then a new spec or"
              + " annotation whimbrel.dev/retry plans the rest",
          "Reason: SqlError",
          "Message: the database is at revision 1, the target is 2",
          "Message: spec.approval.policy is Never, the risk is High");
      assertThat(failed.events())
          .containsExactly(
              "Normal Planning", "Normal Migrating", "Normal SqlError", "Warning SqlError");
    }
  }

  @Test
  @NeedsPython
  void anAlembicEnvironmentIsToldAboutInItsOwnWords() {
    try (Stage.Scenario scenario = stage.new Scenario("alembic-story")) {
      AlembicApp.in(stage, scenario)
          .sql("7c39d7b141c7", V1)
          .revision(
              "drop_name_manual",
              "op.drop_column('users', 'name')",
              "op.execute('ALTER TABLE users ADD COLUMN name text')")
          .migrate("approval: {policy: Always}");
      PlanReference plan = scenario.await("app", "AwaitingApproval").getStatus().plan();

      describe(scenario, "mplan", plan.name())
          .tells(
              "Tool: alembic 1.12.1",
              "Risk: Low",
              "image shop:test is not pinned",
              "Script: versions/drop_name_manual.py",
              "ALTER TABLE users DROP COLUMN name;",
              "To: drop_name_manual");

      scenario.decide("app", "Approve", "alice");
      scenario.await("app", "Succeeded");

      Story succeeded = describe(scenario, "dbm", "app");

      succeeded.tells(
          "Phase: Succeeded",
          "Current Revision: drop_name_manual",
          "Message: The database is at revision drop_name_manual; 2 revision(s) of plan "
              + plan.name()
              + " are in, verified");
      assertThat(succeeded.events())
          .containsExactly(
              "Normal Planning",
              "Normal AwaitingApproval",
              "Normal ApprovalAccepted",
              "Normal Migrating",
              "Normal Succeeded");
    }
  }

  private static FakeInstance instance(Stage.Scenario scenario) throws Exception {
    FakeInstance instance =
        stage.google().createInstance(FakeInstanceOptions.of("kotori-io:us-central1:story"));
    instance.createDatabase(scenario.databaseName(), scenario.databaseName(), Stage.PASSWORD);
    return instance;
  }

  private static Story describe(Stage.Scenario scenario, String kind, String name) {
    return new Story(kubectl.run("describe", kind, name, "-n", scenario.namespace()));
  }

  private static Story get(Stage.Scenario scenario, String kind) {
    return new Story(kubectl.run("get", kind, "-n", scenario.namespace()));
  }

  private static Story wide(Stage.Scenario scenario, String kind) {
    return new Story(kubectl.run("get", kind, "-o", "wide", "-n", scenario.namespace()));
  }

  /** What kubectl printed; runs of spaces count as one. */
  private record Story(String text) {

    private List<String> lines() {
      return text.lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
    }

    String line(String begin) {
      return lines().stream()
          .filter(line -> line.startsWith(begin))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no line begins with " + begin + " in\n" + text));
    }

    void tells(String... begins) {
      for (String begin : begins) {
        line(begin);
      }
    }

    /** Type and reason of each Event, in the order shown. */
    List<String> events() {
      return lines().stream()
          .dropWhile(line -> !line.startsWith("---- ------"))
          .skip(1)
          .map(line -> String.join(" ", Arrays.asList(line.split(" ")).subList(0, 2)))
          .toList();
    }
  }
}
