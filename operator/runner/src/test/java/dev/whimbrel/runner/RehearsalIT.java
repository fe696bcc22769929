package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A plan that is rehearsed is carried out, undone and carried out again, and told about. */
@Tag("postgres")
class RehearsalIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void twoRevisionsArePending() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n");
    job.migrate();
    job.file("V2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name DROP NOT NULL;\n");
    job.file("U2__optional_name.sql", "ALTER TABLE users ALTER COLUMN name SET NOT NULL;\n");
    job.file("V3__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    job.file("U3__email.sql", "ALTER TABLE users DROP COLUMN email;\n");
    job.rehearse = "Downgrade";
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void whoApprovesThePlanApprovesThatItIsUndoneInBetween() {
    MigrationPlanSpec plan = job.plan();

    assertThat(plan.rehearses()).isTrue();
    assertThat(plan.findings())
        .filteredOn(finding -> finding.rule().equals("Rehearsal"))
        .extracting(Finding::risk)
        .containsExactly("Medium");

    job.rehearse = null;

    assertThat(job.plan().rehearses()).isFalse();
    assertThat(job.plan().hash()).isNotEqualTo(plan.hash());
  }

  @Test
  void upDownAndUpAgainUnderOneLock() {
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().rehearsed()).isTrue();
    assertThat(run.result().applied()).isEqualTo(2);
    assertThat(run.result().currentRevision()).isEqualTo("3");
    CheckResult found = rehearsal(run);
    assertThat(found.result()).isEqualTo(CheckResult.PASSED);
    assertThat(found.before()).isEqualTo(plan.fingerprint()).isEqualTo(found.after());
    assertThat(found.message())
        .startsWith("undone, the schema was as before; undoing V3__email.sql discards something")
        .contains("in " + "database \"" + job.database() + "\"")
        .endsWith("not tested: production data, later writes, timing");
    assertThat(run.log()).containsSubsequence("U3__email.sql", "U2__optional_name.sql");
    assertThat(columns()).isEqualTo("email,id,name");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void aWayBackThatLeavesADifferenceIsTold() {
    job.file("U3__email.sql", "ALTER TABLE users DROP COLUMN email, ADD COLUMN was_email text;\n");

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    CheckResult found = rehearsal(run);
    assertThat(found.result()).isEqualTo(CheckResult.WARNED);
    assertThat(found.before()).isNotEqualTo(found.after());
    assertThat(found.message())
        .startsWith("undone, the schema was not as before: +")
        .contains("was_email");
  }

  @Test
  void aWayBackThatFailsLeavesAllOfItInAndSaysWhere() {
    job.file("U3__email.sql", "ALTER TABLE users DROP COLUMN mail;\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.result().message()).startsWith("rehearsal, undoing it: U3__email.sql");
    assertThat(run.result().rehearsed()).isNull();
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void aWayBackThatBreaksTheSecondTimeLeavesWhatTheHistorySays() {
    // What undoes it keeps the column, so that the second time it is there already.
    job.file("U3__email.sql", "ALTER TABLE users ALTER COLUMN email SET DEFAULT '';\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(run.result().message())
        .startsWith("rehearsal, carrying it out again: V3__email.sql")
        .contains("already exists");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.PARTIAL);
  }

  @Test
  void aFailureTheFirstTimeIsThatOfAnyMigration() {
    job.file("V3__email.sql", "SELECT 1 / 0;\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().message()).startsWith("rehearsal, carrying it out: V3__email.sql");
    assertThat(run.result().sqlState()).isEqualTo("22012");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.PARTIAL);
  }

  private String columns() {
    return job.query(
        "SELECT string_agg(column_name, ',' ORDER BY column_name)"
            + " FROM information_schema.columns WHERE table_name = 'users'");
  }

  private static CheckResult rehearsal(RunnerHarness.Run run) {
    return run.checks().stream()
        .filter(check -> check.name().equals("rehearsal"))
        .findFirst()
        .orElseThrow();
  }
}
