package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An older target, where the spec allows to go back from exactly this version. */
@Tag("postgres")
class DowngradeIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void threeRevisionsAreIn() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    job.file("U2__email.sql", "ALTER TABLE users DROP COLUMN email;\n");
    job.file("V3__state.sql", "ALTER TABLE users ADD COLUMN state text;\n");
    job.file("U3__state.sql", "ALTER TABLE users DROP COLUMN state;\n");
    job.migrate();
    job.flyway().target = "1";
    job.flyway().allowDowngrade = "3";
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aDowngradeIsAPlanOfItsOwn() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.direction()).isEqualTo(MigrationPlanSpec.DOWNGRADE);
    assertThat(plan.from()).isEqualTo("3");
    assertThat(plan.to()).isEqualTo("1");
    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.riskReasons().toString()).contains("goes back from version 3 to 1");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::script)
        .containsExactly("U3__state.sql", "U2__email.sql");
    assertThat(plan.revisions()).extracting(PlannedRevision::version).containsExactly("3", "2");
    assertThat(plan.revisions().getFirst().sql())
        .containsExactly("ALTER TABLE users DROP COLUMN state;");
  }

  @Test
  void aDowngradeIsCarriedOutAndVerified() {
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().applied()).isEqualTo(2);
    assertThat(run.result().currentRevision()).isEqualTo("1");
    assertThat(
            job.query(
                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'users'::regclass AND"
                    + " attname IN ('email', 'state')"))
        .isEqualTo("0");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }

  @Test
  void afterADowngradeTheRevisionsArePendingAgain() {
    job.run(job.plan(), Step.MIGRATE);
    job.flyway().target = "latest";
    job.flyway().allowDowngrade = null;

    assertThat(job.migrate().result().currentRevision()).isEqualTo("3");
  }

  @Test
  void aDowngradeThatFailsHalfWayIsPartial() {
    job.file("U2__email.sql", "ALTER TABLE users DROP COLUMN email;\nSELECT 1 / 0;\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log()).isEqualTo(10);
    assertThat(run.result().message()).contains("U2__email.sql, line 2");
    assertThat(run.result().applied()).isEqualTo(1);
    RunnerResult inspected = job.run(plan, Step.INSPECT).result();
    assertThat(inspected.outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(inspected.currentRevision()).isEqualTo("2");
  }

  @Test
  void aDowngradeThatDidNotBeginIsUntouched() {
    MigrationPlanSpec plan = job.plan();

    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void aDowngradeIsNotRolledBack() {
    RunnerHarness.Run run = job.run(job.plan(), Step.ROLLBACK);

    assertThat(run.result().reason()).isEqualTo("NoWayBack");
  }

  @Test
  void anotherUndoScriptThanTheApprovedOneDoesNotRun() {
    MigrationPlanSpec plan = job.plan();
    job.file("U2__email.sql", "DROP TABLE users;\n");

    assertThat(job.run(plan, Step.MIGRATE).result().reason()).isEqualTo("StaleContent");
    assertThat(job.query("SELECT to_regclass('users')")).isEqualTo("users");
  }

  @Test
  void goingBackIsRefusedFromAnotherVersionThanTheAllowedOne() {
    job.flyway().allowDowngrade = "2";

    refused("DowngradeNotAllowed", "from version 2", "is at version 3", "set it to 3");
  }

  @Test
  void goingBackIsRefusedWhereItIsNotAllowedAtAll() {
    job.flyway().allowDowngrade = null;

    refused("Ahead", "spec.source.flyway.target 1", "allowDowngrade to 3");
  }

  @Test
  void goingBackIsRefusedWithoutAnUndoScript() {
    job.withoutFile("U2__email.sql");

    refused("NoWayBack", "V2__email.sql", "no script U2__");
  }

  @Test
  void goingBackIsRefusedByAnUndoScriptWithoutATransaction() {
    job.file("U2__email.sql", "DROP INDEX CONCURRENTLY IF EXISTS i;\n");

    refused("NoWayBack", "V2__email.sql", "without a transaction");
  }

  @Test
  void goingBackEndsAtAVersionThatIsIn() {
    job.file("V1_5__later.sql", "SELECT 1;\n");
    job.flyway().outOfOrder = true;
    job.flyway().target = "1.5";

    refused("NoSuchTarget", "1.5", "is not recorded");
  }

  @Test
  void theAllowanceDoesNothingOnceTheTargetIsReached() {
    job.flyway().target = "3";

    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }

  private void refused(String reason, String... words) {
    RunnerHarness.Run run = job.run(Step.PLAN);
    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.result().message()).contains(words);
    assertThat(run.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
  }
}
