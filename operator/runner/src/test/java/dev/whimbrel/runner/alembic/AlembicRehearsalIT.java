package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Alembic's own upgrade, downgrade and upgrade, in one Job. */
@Tag("postgres")
@NeedsPython
class AlembicRehearsalIT {

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void twoRevisionsArePending() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.alembic("upgrade", "head");
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int", "ALTER TABLE users DROP COLUMN b");
    job.sql("c1", "b1", "CREATE TABLE c (id bigint)", "DROP TABLE c");
    job.job().rehearse = "Downgrade";
    // Seven calls of Alembic, and the limit is for all of them.
    job.guard(new RunnerInput.Guard(1600, 5, 300, 300));
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void upDownAndUpAgain() {
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().rehearsed()).isTrue();
    assertThat(run.result().currentRevision()).isEqualTo("c1");
    assertThat(rehearsal(run).result()).isEqualTo(CheckResult.PASSED);
    assertThat(rehearsal(run).before()).isEqualTo(plan.fingerprint());
    assertThat(run.log())
        .containsSubsequence("\"upgrade c1\"", "\"downgrade a1\"", "\"upgrade c1\"");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void aWayBackThatLeavesADifferenceIsTold() {
    job.sql(
        "d1", "c1", "ALTER TABLE users ADD COLUMN d int", "ALTER TABLE users RENAME COLUMN d TO e");

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
    assertThat(rehearsal(run).result()).isEqualTo(CheckResult.WARNED);
    assertThat(rehearsal(run).message()).startsWith("undone, the schema was not as before: +");
  }

  private static CheckResult rehearsal(RunnerHarness.Run run) {
    return run.checks().stream()
        .filter(check -> check.name().equals("rehearsal"))
        .findFirst()
        .orElseThrow();
  }
}
