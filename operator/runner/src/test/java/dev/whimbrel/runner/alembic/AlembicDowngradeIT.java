package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The way back by Alembic's own downgrades. */
@Tag("postgres")
@NeedsPython
class AlembicDowngradeIT {

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void threeRevisions() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int", "ALTER TABLE users DROP COLUMN b");
    job.sql("c1", "b1", "CREATE TABLE c (id bigint)", "DROP TABLE c");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void anOlderTargetIsADowngradeWithItsOwnPreview() {
    job.alembic("upgrade", "head");
    job.target("a1").allowDowngrade("c1");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.direction()).isEqualTo(MigrationPlanSpec.DOWNGRADE);
    assertThat(plan.from()).isEqualTo("c1");
    assertThat(plan.to()).isEqualTo("a1");
    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.revisions()).extracting(PlannedRevision::version).containsExactly("c1", "b1");
    assertThat(plan.revisions().getFirst().sql()).contains("DROP TABLE c;");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().applied()).isEqualTo(2);
    assertThat(run.result().currentRevision()).isEqualTo("a1");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void aRevisionThatRaisesHasNoWayBack() {
    job.revision("d1", "c1", "pass", "raise NotImplementedError(\"no\")");
    job.alembic("upgrade", "head");
    job.target("c1").allowDowngrade("d1");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("NoWayBack");
    assertThat(run.result().message()).contains("revision d1 has no downgrade");
  }

  @Test
  void anEmptyDowngradeIsSaidToUndoNothing() {
    job.revision("d1", "c1", "op.execute(\"CREATE TABLE d (id bigint)\")", "pass");
    job.alembic("upgrade", "head");
    job.target("c1").allowDowngrade("d1");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.findings()).extracting(Finding::rule).containsExactly("EmptyDowngrade");
    assertThat(plan.riskReasons().toString()).contains("what the revision did stays");
  }

  @Test
  void aDowngradePlanWhoseFileChangedDoesNotRun() {
    job.alembic("upgrade", "head");
    job.target("a1").allowDowngrade("c1");
    MigrationPlanSpec plan = job.plan();
    job.sql("b1", "a1", "ALTER TABLE users ADD COLUMN b int", "DROP TABLE users");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.result().reason()).isEqualTo("StaleContent");
    assertThat(version()).isEqualTo("c1");
  }

  @Test
  void aDowngradePlanThatFailsHalfWayLeavesWhatTheHistorySays() {
    transactionPerMigration();
    job.sql(
        "b1",
        "a1",
        "ALTER TABLE users ADD COLUMN b int",
        "ALTER TABLE users DROP COLUMN b; SELECT 1/0");
    job.alembic("upgrade", "head");
    job.target("a1").allowDowngrade("c1");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().sqlState()).isEqualTo("22012");
    assertThat(run.result().applied()).isEqualTo(1);
    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(inspected.result().currentRevision()).isEqualTo("b1");
    assertThat(job.job().query("SELECT to_regclass('c')")).isNull();
    assertThat(job.job().query("SELECT count(b) FROM users")).isEqualTo("0");
  }

  @Test
  void wholeRevisionsOfAFailedMigrationAreUndoneByTheApprovedDowngradesAndNoOthers() {
    MigrationPlanSpec plan = half();

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(run.result().currentRevision()).isEqualTo("a1");
    assertThat(run.log()).contains("Revisions are undone", "revisions=\"c1, b1\"");
    assertThat(job.job().query("SELECT to_regclass('c')")).isNull();
    assertThat(job.job().query("SELECT to_regclass('users')")).isEqualTo("users");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);

    RunnerHarness.Run again = job.run(plan, Step.ROLLBACK);
    assertThat(again.result().outcome()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(again.log()).doesNotContain("Revisions are undone");
  }

  @Test
  void aDowngradeThatIsNotTheApprovedOneDoesNotRun() {
    MigrationPlanSpec plan = half();
    job.sql("c1", "b1", "CREATE TABLE c (id bigint)", "DROP TABLE c; DROP TABLE users");

    nothingIsUndone(plan, "revision c1", "not the one that was approved");

    job.sql("c1", "b1", "CREATE TABLE c (id bigint)", "DROP TABLE c");
    job.write(
        "migrations/versions/b1.py",
        "# the SQL is the same, but the file that runs is not\n" + source("b1"));

    nothingIsUndone(plan, "revision b1", "not the one that was approved");
  }

  @Test
  void aRollbackThatFailsHalfWayLeavesWhatTheHistorySaysAndMayBeRepeated() {
    job.sql(
        "b1",
        "a1",
        "ALTER TABLE users ALTER id DROP NOT NULL",
        "ALTER TABLE users ALTER id SET NOT NULL");
    job.sql("a1", null, "CREATE TABLE users (id bigint NOT NULL)", "DROP TABLE users");
    job.sql("c1", "b1", "COMMENT ON TABLE users IS 'x'", "COMMENT ON TABLE users IS NULL");
    MigrationPlanSpec plan = half();
    assertThat(grades(plan)).containsExactly("Reversible", "Reversible", "None");
    job.job().execute("INSERT INTO users VALUES (NULL)");

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().sqlState()).isEqualTo("23502");
    assertThat(run.result().message()).contains("revision b1 (b1.py");
    assertThat(run.result().applied()).isEqualTo(1);
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.PARTIAL);

    job.job().execute("DELETE FROM users");
    RunnerHarness.Run again = job.run(plan, Step.ROLLBACK);
    assertThat(again.result().outcome()).as(again.log()).isEqualTo(Outcome.ROLLED_BACK);
    assertThat(version()).isEqualTo("a1");
  }

  @Test
  void whatADowngradeLeavesBehindIsNotCalledRolledBack() {
    job.sql(
        "b1",
        "a1",
        "CREATE TYPE mood AS ENUM ('good'); ALTER TABLE users ADD COLUMN m mood",
        "ALTER TABLE users DROP COLUMN m");
    MigrationPlanSpec plan = half();

    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);

    assertThat(run.result().reason()).as(run.log() + job.toolLog()).isEqualTo("SchemaDiffers");
    assertThat(run.result().applied()).isZero();
    assertThat(version()).isEqualTo("a1");
  }

  @Test
  void onlyWhatLosesNothingForCertainIsReversible() {
    job.sql(
        "d1", "c1", "ALTER TABLE c ALTER id SET NOT NULL", "ALTER TABLE c ALTER id DROP NOT NULL");
    job.sql("d2", "d1", "ALTER TABLE c ALTER id TYPE int", "ALTER TABLE c ALTER id TYPE bigint");
    job.sql("d3", "d2", "ALTER TABLE users DROP COLUMN b", "ALTER TABLE users ADD COLUMN b int");
    job.sql("d4", "d3", "UPDATE c SET id = 1", "UPDATE c SET id = 2");
    job.sql("d5", "d4", "ALTER TABLE c RENAME id TO nr", "SELECT rename_back()");
    job.revision(
        "d6",
        "d5",
        "op.execute(\"COMMENT ON TABLE c IS 'x'\")",
        "op.execute(\"ANALYZE c\" if op.get_context().as_sql else \"DROP TABLE c\")");
    job.revision(
        "d7",
        "d6",
        "op.get_bind().execute(sa.text(\"SELECT 1\")).fetchall()",
        "op.execute(\"COMMENT ON TABLE c IS NULL\")");
    job.revision(
        "d8",
        "d7",
        "op.execute(\"COMMENT ON TABLE c IS 'y'\")",
        "with op.get_context().autocommit_block():\n"
            + "    op.execute(\"COMMENT ON TABLE c IS 'x'\")");
    job.sql("d9", "d8", "", "");

    MigrationPlanSpec plan = job.plan();

    assertThat(grades(plan))
        .containsExactly(
            "WithLoss",
            "WithLoss",
            "WithLoss",
            "Reversible",
            "WithLoss",
            "WithLoss",
            "WithLoss",
            "Unknown",
            "Unknown",
            "Unknown",
            "Unknown",
            "Reversible");
  }

  @Test
  void aMergeHasNothingToUndoAndIsNotGoneOver() {
    job.sql("b2", "a1", "CREATE TABLE b2 (id bigint)", "DROP TABLE b2");
    job.revision("m", "(\"c1\", \"b2\")", "pass", "pass");
    job.alembic("upgrade", "c1");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions()).extracting(PlannedRevision::version).containsExactly("b2", "m");
    assertThat(grades(plan)).containsExactly("WithLoss", "Reversible");
    assertThat(plan.revisions().getFirst().undo().sql()).contains("DROP TABLE b2;");
    assertThat(plan.revisions().getLast().undo().sql())
        .contains("-- Running downgrade m -> c1, b2")
        .anyMatch(line -> line.startsWith("INSERT INTO alembic_version"))
        .doesNotContain("DROP TABLE b2;");
    assertThat(plan.findings()).extracting(Finding::rule).contains("AcrossBranches");
    assertThat(job.run(plan, Step.MIGRATE).result().outcome()).isEqualTo(Outcome.MIGRATED);

    RunnerHarness.Run rollback = job.run(plan, Step.ROLLBACK);

    assertThat(rollback.result().reason()).as(rollback.log()).isEqualTo("NoWayBack");
    assertThat(rollback.result().message()).contains("cannot be undone one by one");
    assertThat(version()).isEqualTo("m");

    RunnerHarness.Run across = job.target("a1").allowDowngrade("m").run(Step.PLAN);

    assertThat(across.result().reason()).isEqualTo("NotLinear");
    assertThat(across.result().message()).contains("over a merge or a branch");
  }

  /** Three revisions are pending, and the last of them fails. */
  private MigrationPlanSpec half() {
    job.alembic("upgrade", "a1");
    transactionPerMigration();
    job.sql("d1", "c1", "SELECT 1/0", "");
    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);
    assertThat(run.result().applied()).as(run.log() + job.toolLog()).isEqualTo(2);
    return plan;
  }

  private void nothingIsUndone(MigrationPlanSpec plan, String... words) {
    RunnerHarness.Run run = job.run(plan, Step.ROLLBACK);
    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("NoWayBack");
    assertThat(run.result().message()).contains(words);
    assertThat(version()).isEqualTo("c1");
    assertThat(job.job().query("SELECT to_regclass('c')")).isEqualTo("c");
  }

  private void transactionPerMigration() {
    job.changeEnv("connection=connection", "connection=connection, transaction_per_migration=True");
    job.changeEnv("url=url,", "url=url, transaction_per_migration=True,");
  }

  private static List<String> grades(MigrationPlanSpec plan) {
    return plan.revisions().stream().map(revision -> revision.undo().grade()).toList();
  }

  private String version() {
    return job.job().query("SELECT string_agg(version_num, ',') FROM alembic_version");
  }

  private String source(String id) {
    try {
      return Files.readString(job.job().root().resolve("app/migrations/versions/" + id + ".py"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
