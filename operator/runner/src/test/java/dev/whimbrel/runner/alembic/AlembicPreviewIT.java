package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.WayBack;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a preview shows, and what it says that it cannot show. */
@Tag("postgres")
@NeedsPython
class AlembicPreviewIT {

  private final AlembicHarness job = new AlembicHarness();

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void codeThatNoPreviewCanShowIsSaidAndShownAsSource() {
    job.sql("a1", null, "CREATE TABLE users (id bigint, name text)", "DROP TABLE users");
    job.revision(
        "b1",
        "a1",
        """
        for row in op.get_bind().execute(sa.text("SELECT id FROM users")).fetchall():
            op.execute("UPDATE users SET name = 'x'")
        """,
        "op.get_bind().execute(sa.text(\"SELECT 1\")).fetchall()");
    job.revision(
        "c1",
        "b1",
        "import uuid\nop.execute(f\"INSERT INTO users VALUES (3, '{uuid.uuid4()}')\")",
        "pass");
    job.revision(
        "d1",
        "c1",
        "op.execute(\"SELECT 1\" if op.get_context().as_sql else \"DROP TABLE users\")",
        "raise NotImplementedError()");
    job.sql("e1", "d1", "CREATE TABLE e (id bigint)", "DROP TABLE e");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.risk()).isEqualTo("High");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::version)
        .containsExactly("a1", "b1", "c1", "d1", "e1");
    assertThat(rules(plan, "b1")).contains("Unpreviewable");
    PlannedRevision code = plan.revisions().get(1);
    assertThat(code.sql()).isEmpty();
    assertThat(code.code()).anyMatch(line -> line.contains("op.get_bind()"));
    assertThat(code.risk()).isEqualTo("High");
    assertThat(rules(plan, "c1")).contains("NotReproducible");
    assertThat(rules(plan, "d1")).contains("OfflineBranch");
    assertThat(plan.revisions().get(3).code()).anyMatch(line -> line.contains("DROP TABLE users"));
    assertThat(rules(plan, "e1")).isEmpty();
    assertThat(plan.revisions().stream().map(PlannedRevision::undo).map(WayBack::grade).toList())
        .containsExactly("WithLoss", "Unknown", "None", "None", "WithLoss");

    assertThat(job.plan().hash()).isEqualTo(plan.hash());
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);
    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void aRevisionThatAsksTheInspectorIsShownAsSource() {
    job.changeEnv(
        "    with context.begin_transaction():\n        context.run_migrations()\n\n\ndef online",
        "    context.run_migrations()\n\n\ndef online");
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.revision(
        "b1",
        "a1",
        "if \"users\" in sa.inspect(op.get_bind()).get_table_names():\n"
            + "    op.add_column(\"users\", sa.Column(\"b\", sa.Text()))",
        "op.drop_column(\"users\", \"b\")");

    MigrationPlanSpec plan = job.plan();

    assertThat(rules(plan, "b1")).contains("Unpreviewable");
    assertThat(plan.revisions().getLast().undo().grade()).isEqualTo("WithLoss");
    assertThat(plan.findings()).extracting(Finding::rule).contains("NoTransaction");
  }

  @Test
  void whatAPreviewDistortsIsAFinding() {
    job.changeEnv("        dialect_opts={\"paramstyle\": \"named\"},\n", "");
    job.sql("a1", null, "CREATE TABLE users (name text, note text)", "");
    job.sql(
        "b1", "a1", "INSERT INTO users VALUES ('100% of \"Zoë''s\" 日本 \\\\ ; -- no', 'a\\tb')", "");
    job.revision(
        "c1", "b1", "print(\"it's noisy\")\nop.execute(\"CREATE TABLE c (id int)\")", "pass");

    MigrationPlanSpec plan = job.plan();

    assertThat(rules(plan, "b1")).contains("DoubledPercent", "TabsInPreview");
    assertThat(plan.revisions().get(1).sql())
        .anyMatch(line -> line.contains("100%% of \"Zoë''s\" 日本 \\ ; -- no', 'a    b'"));
    assertThat(rules(plan, "c1")).contains("UnreadableSql");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log() + job.toolLog()).isEqualTo(Outcome.VERIFIED);
    assertThat(job.job().query("SELECT name || '|' || note FROM users"))
        .isEqualTo("100% of \"Zoë's\" 日本 \\ ; -- no|a\tb");
  }

  @Test
  void whatARevisionDoesToItsTransactionAndItsGuardIsAFinding() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "");
    job.sql(
        "b1", "a1", "CREATE TABLE b (id int); COMMIT; SET lock_timeout = 0; CREATE TABLE c ()", "");

    MigrationPlanSpec plan = job.plan();

    assertThat(rules(plan, "b1")).contains("NotTransactional", "WeakensGuard");
    assertThat(plan.revisions().getLast().transactional()).isFalse();
    assertThat(plan.risk()).isEqualTo("High");
  }

  @Test
  void aMigrationThatEndsTheProcessIsNoPreviewAndNoSuccess() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "");
    job.revision("b1", "a1", "import sys\nsys.exit(0)", "pass");

    RunnerHarness.Run truncated = job.run(Step.PLAN);

    assertThat(truncated.result().reason()).isEqualTo("Truncated");
    assertThat(truncated.result().message()).contains("revision b1", "sys.exit");

    job.revision("b1", "a1", "import sys\nop.get_context().as_sql or sys.exit(0)", "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().reason()).as(run.log()).isEqualTo("NothingCommitted");
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
  }

  @Test
  void twoHundredRevisionsArePlannedAndCarriedOutAtOnce() {
    IntStream.range(0, 200)
        .forEach(i ->
            job.sql(
                "r%03d".formatted(i),
                i == 0 ? null : "r%03d".formatted(i - 1),
                "CREATE TABLE t%d (id bigint)".formatted(i),
                "DROP TABLE t%d".formatted(i)));

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions()).hasSize(200);
    assertThat(plan.revisions().getLast().version()).isEqualTo("r199");
    assertThat(plan.revisions()).allMatch(revision -> revision.undo().grade().equals("WithLoss"));
    assertThat(job.run(plan, Step.MIGRATE).result().applied()).isEqualTo(200);
  }

  private static List<String> rules(MigrationPlanSpec plan, String id) {
    return plan.findings().stream()
        .filter(finding -> ("versions/" + id + ".py").equals(finding.script()))
        .map(Finding::rule)
        .toList();
  }
}
