package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is in of a plan is undone by the undo scripts that were approved with it, or not at all. */
@Tag("postgres")
class RollbackIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void twoOfThreeRevisionsCanBeIn() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n");
    job.migrate();
    job.file("V2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;\n");
    job.file("U2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name SET NOT NULL;\n");
    job.file("V3__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    job.file("U3__email.sql", "ALTER TABLE users DROP COLUMN email;\n");
    job.file("V4__broken.sql", "SELECT 1 / 0;\n");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aPlanSaysHowEachRevisionIsUndone() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions())
        .extracting(PlannedRevision::undo)
        .extracting(WayBack::grade)
        .containsExactly("Reversible", "WithLoss", "None");
    assertThat(plan.revisions().getFirst().undo().sql())
        .containsExactly("ALTER TABLE users ALTER COLUMN name SET NOT NULL;");
    assertThat(plan.revisions().getFirst().undo().hash()).hasSize(64);
    assertThat(plan.revisions().get(2).undo().hash()).isNull();
  }

  @Test
  void anApprovalBindsTheUndoScripts() {
    MigrationPlanSpec before = job.plan();

    job.file("U3__email.sql", "DROP TABLE users;\n");

    assertThat(job.plan().hash()).isNotEqualTo(before.hash());
    assertThat(job.run(before, Step.MIGRATE).result().reason()).isEqualTo("StaleContent");
  }

  @Test
  void aPlaceholderInAnUndoScriptIsFilledAndBound() {
    job.file("U3__email.sql", "ALTER TABLE ${table} DROP COLUMN email;\n");
    job.flyway().placeholders = List.of(new RunnerInput.Placeholder("table", "users"));

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions().get(1).undo().sql())
        .containsExactly("ALTER TABLE users DROP COLUMN email;");
  }

  @Test
  void whatIsInIsUndoneNewestFirst() {
    MigrationPlanSpec plan = half();

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(run.exit()).isZero();
    assertThat(run.result().applied()).isZero();
    assertThat(run.result().pending()).isEqualTo(3);
    assertThat(run.result().currentRevision()).isEqualTo("1");
    assertThat(run.log().indexOf("U3__email.sql")).isLessThan(run.log().indexOf("U2__optional"));
    assertThat(versions()).isEqualTo("1");
    assertThat(job.plan().fingerprint()).isEqualTo(plan.fingerprint());
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void theHistoryKeepsWhatWasInAndSaysThatItIsOut() {
    MigrationPlanSpec plan = half();

    job.run(plan, Step.ROLLBACK);

    assertThat(
            job.query(
                "SELECT string_agg(version || ' ' || type, ', ' ORDER BY installed_rank)"
                    + " FROM flyway_schema_history"))
        .isEqualTo("1 SQL, 2 SQL, 3 SQL, 3 DELETE, 2 DELETE");
  }

  @Test
  void whatWasUndoneMayBeRewrittenAndIsMigratedAndUndoneAgain() {
    job.run(half(), Step.ROLLBACK);
    job.withoutFile("V2__optional_name.sql");
    job.withoutFile("U2__optional_name.sql");
    job.file("V2__nickname.sql", "ALTER TABLE users ADD COLUMN nick text;\n");
    job.file("U2__nickname.sql", "ALTER TABLE users DROP COLUMN nick;\n");

    MigrationPlanSpec again = half();
    RunnerHarness.Run run = job.run(again, Step.ROLLBACK);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(versions()).isEqualTo("1");
    job.file("V4__broken.sql", "SELECT 1;\n");
    assertThat(job.migrate().result().applied()).isEqualTo(3);
    assertThat(versions()).isEqualTo("1,2,3,4");
  }

  @Test
  void aSecondRunFindsNothingToDo() {
    MigrationPlanSpec plan = half();
    job.run(plan, Step.ROLLBACK);

    RunnerHarness.Run again = job.run(plan, Step.ROLLBACK);

    assertThat(again.result().outcome()).as(again.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(again.log()).doesNotContain("Undo begins");
  }

  @Test
  void whatWasUndoneCanBeMigratedAgain() {
    MigrationPlanSpec plan = half();
    job.run(plan, Step.ROLLBACK);
    job.file("V4__broken.sql", "SELECT 1;\n");

    RunnerHarness.Run run = job.migrate();

    assertThat(run.result().applied()).isEqualTo(3);
    assertThat(versions()).isEqualTo("1,2,3,4");
  }

  @Test
  void anotherUndoScriptThanTheApprovedOneDoesNotRun() {
    MigrationPlanSpec plan = half();
    job.file("U2__optional_name.sql", "DROP TABLE users;\n");

    nothingIsUndone(job.run(plan, Step.ROLLBACK), "UndoChanged", "V2__optional_name.sql");
  }

  @Test
  void otherSettingsThanTheApprovedOnesUndoNothing() {
    MigrationPlanSpec plan = half();
    job.flyway().schemas = List.of("public");

    nothingIsUndone(job.run(plan, Step.ROLLBACK), "SettingsChanged", "schemas");
  }

  @Test
  void anotherTargetThanTheApprovedOneDoesNotMatter() {
    MigrationPlanSpec plan = half();
    job.flyway().target = "3";

    assertThat(job.run(plan, Step.ROLLBACK).result().outcome()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void nothingIsUndoneWhereOneRevisionHasNoWayBack() {
    job.withoutFile("U2__optional_name.sql");
    MigrationPlanSpec plan = half();

    nothingIsUndone(job.run(plan, Step.ROLLBACK), "NoWayBack", "V2__optional_name.sql");
  }

  @Test
  void nothingIsUndoneWhereSomethingElseCameInAfterwards() {
    MigrationPlanSpec plan = half();
    job.execute(
        "INSERT INTO flyway_schema_history SELECT 9, '9', 'by hand', 'SQL', 'V9__by_hand.sql', 1,"
            + " 'me', now(), 1, true");

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("LaterRevision");
    assertThat(run.result().message()).contains("V9__by_hand.sql");
    assertThat(versions()).isEqualTo("1,2,3,9");
  }

  @Test
  void anUndoThatFailsLeavesItsRevisionAndItsRowIn() {
    job.file(
        "U2__optional_name.sql",
        "CREATE TABLE half (id int);\nALTER TABLE users ALTER COLUMN name SET NOT NULL;\n"
            + "DROP TABLE half;\n");
    MigrationPlanSpec plan = half();
    job.execute("INSERT INTO users VALUES (1, NULL)");

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.exit()).as(run.log()).isEqualTo(10);
    assertThat(run.result().sqlState()).isEqualTo("23502");
    assertThat(run.result().message()).contains("U2__optional_name.sql, line 2");
    assertThat(run.result().applied()).isEqualTo(1);
    assertThat(versions()).isEqualTo("1,2");
    assertThat(job.query("SELECT to_regclass('half')")).isNull();
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.PARTIAL);

    job.execute("DELETE FROM users");
    RunnerHarness.Run again = job.run(plan, Step.ROLLBACK);

    assertThat(again.result().outcome()).as(again.log()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void anUndoThatLeavesADifferenceIsNotCalledRolledBack() {
    job.file("U3__email.sql", "ALTER TABLE users RENAME COLUMN email TO mail;\n");
    MigrationPlanSpec plan = half();

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("SchemaDiffers");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().applied()).isZero();
  }

  @Test
  void anUndoWaitsForLocksAsShortlyAsAMigration() throws Exception {
    MigrationPlanSpec plan = half();
    job.input(input -> input.withGuard(new RunnerInput.Guard(80, 5, 60, 120)));
    try (Connection other = job.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT * FROM users");

      RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

      assertThat(run.result().reason()).as(run.log()).isEqualTo("LockTimeout");
      assertThat(run.result().kind()).isEqualTo(RunnerResult.Kind.TRANSIENT);
      assertThat(run.log()).contains("A lock was not free; trying again");
    }
    assertThat(versions()).isEqualTo("1,2,3");

    RunnerHarness.Run again = job.run(plan, Step.ROLLBACK);
    assertThat(again.result().outcome()).as(again.log()).isEqualTo(Outcome.ROLLED_BACK);
  }

  @Test
  void anUndoRunsInTheSchemaOfItsRevision() {
    job.flyway().defaultSchema = "shop";
    job.file("U1__users.sql", "DROP TABLE users;\n");
    MigrationPlanSpec plan = half();
    assertThat(job.query("SELECT to_regclass('shop.users')")).isEqualTo("shop.users");

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(run.result().currentRevision()).isEmpty();
    assertThat(job.query("SELECT to_regclass('shop.users')")).isNull();
    assertThat(job.query("SELECT to_regclass('public.users')")).isEqualTo("users");
  }

  @Test
  void anUndoScriptWithoutATransactionIsNoWayBack() {
    job.file("V3__email.sql", "CREATE INDEX CONCURRENTLY users_name ON users (name);\n");
    job.file("U3__email.sql", "DROP INDEX CONCURRENTLY users_name;\n");
    job.file(
        "U2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name SET NOT NULL;\nCOMMIT;\n");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions())
        .extracting(PlannedRevision::undo)
        .extracting(WayBack::grade)
        .containsExactly("None", "None", "None");
    assertThat(plan.findings())
        .filteredOn(finding -> finding.rule().equals("NoWayBack"))
        .extracting(finding -> finding.script() + ": " + finding.message())
        .satisfiesExactly(
            message -> assertThat(message).startsWith("V2__").contains("COMMIT"),
            message -> assertThat(message).startsWith("V3__").contains("without a transaction"));
  }

  @Test
  void anUndoScriptThatRunsCodeIsGradedUnknown() {
    job.file("U3__email.sql", "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$;\n");

    assertThat(job.plan().revisions().get(1).undo().grade()).isEqualTo("Unknown");
  }

  @Test
  void anUndoScriptWithoutItsRevisionIsAFinding() {
    job.file("U7__nothing.sql", "SELECT 1;\n");

    assertThat(job.plan().findings())
        .filteredOn(finding -> finding.rule().equals("UnpairedUndo"))
        .extracting(finding -> finding.script())
        .containsExactly("U7__nothing.sql");
  }

  @Test
  void twoUndoScriptsOfOneVersionAreRefused() {
    job.file("U2__other.sql", "SELECT 1;\n");

    assertThat(job.run(Step.PLAN).result().reason()).isEqualTo("DuplicateVersion");
  }

  /** Migrates until the revision that fails. */
  private MigrationPlanSpec half() {
    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);
    assertThat(run.exit()).as(run.log()).isEqualTo(10);
    return plan;
  }

  private void nothingIsUndone(RunnerHarness.Run run, String reason, String words) {
    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.result().message()).contains(words).contains("nothing is undone");
    assertThat(run.exit()).isEqualTo(10);
    assertThat(versions()).isEqualTo("1,2,3");
    assertThat(job.query("SELECT count(*) FROM users")).isEqualTo("0");
  }

  /** Those that are in. */
  private String versions() {
    return job.query(
        """
        SELECT string_agg(version, ',' ORDER BY installed_rank) FROM flyway_schema_history AS done
        WHERE type <> 'DELETE' AND NOT EXISTS (
          SELECT FROM flyway_schema_history AS later WHERE later.type = 'DELETE'
            AND later.version = done.version AND later.installed_rank > done.installed_rank)
        """);
  }
}
