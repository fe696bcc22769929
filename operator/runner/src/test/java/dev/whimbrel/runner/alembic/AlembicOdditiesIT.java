package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.api.v1alpha1.Risk;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Environments and revisions that do what neither should: each is said by its name. */
@Tag("postgres")
@NeedsPython
class AlembicOdditiesIT {

  private static final String CONNECTED = "        context.configure(connection=connection)";

  private static final String WRITES =
      "        connection.exec_driver_sql(\"CREATE TABLE IF NOT EXISTS audit (at timestamptz)\")\n"
          + "        connection.commit()\n";

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void oneOfTwoRevisionsIsPending() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.alembic("upgrade", "head");
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void anEnvironmentThatWritesIsNotLetWhileItIsPlannedAndIsAFinding() {
    job.changeEnv(CONNECTED, WRITES + CONNECTED);

    MigrationPlanSpec plan = job.plan();

    Finding finding = plan.findings().getFirst();
    assertThat(finding.rule()).isEqualTo("EnvironmentWrites");
    assertThat(finding.message())
        .contains("cannot execute CREATE TABLE in a read-only transaction (SQLSTATE 25006)");
    assertThat(plan.risk()).isEqualTo(Risk.HIGH.label());
    assertThat(plan.from()).isEqualTo("a1");
    assertThat(plan.revisions()).extracting(PlannedRevision::version).containsExactly("b1");
    assertThat(job.job().query("SELECT to_regclass('audit')")).isNull();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(job.job().query("SELECT to_regclass('audit')")).isEqualTo("audit");
  }

  @Test
  void itsTableIsFoundWhateverItIsCalled() {
    job.job().execute("ALTER TABLE alembic_version RENAME TO kept");
    job.changeEnv("url=url,", "url=url, version_table=\"kept\",");
    job.changeEnv(
        CONNECTED,
        WRITES + "        context.configure(connection=connection, version_table=\"kept\")");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.from()).isEqualTo("a1");
    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void anEnvironmentThatWritesEvenToRenderIsRefused() {
    job.changeEnv(
        "\n\ndef offline",
        "\n"
            + "create_engine(url).connect().exec_driver_sql(\"CREATE TABLE audit ()\")\n\n\n"
            + "def offline");

    RunnerHarness.Run run = job.run(Step.PLAN);

    refused(run, "EnvironmentWrites", "CREATE TABLE in a read-only transaction", "into a revision");
    assertThat(job.job().query("SELECT to_regclass('audit')")).isNull();
  }

  @Test
  void aRevisionThatHangsWhileItIsRenderedIsEnded() {
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    InstantSource skipping = () -> Instant.now().plus(ahead.get());
    job.job().clock = skipping.withZone(ZoneOffset.UTC);
    Path reached = job.job().root().resolve("app/reached");
    job.revision(
        "b1",
        "a1",
        "import pathlib, time\npathlib.Path(\"reached\").touch()\ntime.sleep(600)",
        "pass");

    CompletableFuture<RunnerHarness.Run> run =
        CompletableFuture.supplyAsync(() -> job.run(Step.PLAN), Thread::startVirtualThread);
    await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(reached));
    ahead.set(Duration.ofMinutes(4));

    refused(run.join(), "ToolHangs", "alembic upgrade a1:b1 --sql did not end within 3 min");
  }

  @Test
  void anEnvironmentThatRunsNothingOfflineIsRefused() {
    job.changeEnv(
        "    with context.begin_transaction():\n        context.run_migrations()\n\n\ndef online",
        "\n\ndef online");

    refused(job.run(Step.PLAN), "NotRendered", "revision b1", "in offline mode too");
  }

  @Test
  void sqlThatDoesNotRecordItsRevisionIsRefused() {
    job.changeEnv(
        "import os\n",
        """
        import os
        import sys


        class WithoutVersions:
            def write(self, text):
                if "version_num" not in text:
                    sys.stdout.write(text)

            def flush(self):
                sys.stdout.flush()


        """);
    job.changeEnv("url=url,", "url=url, output_buffer=WithoutVersions(),");

    refused(job.run(Step.PLAN), "NoVersionRow", "SQL of revision b1", "context.configure");
  }

  @Test
  void successAtAnotherRevisionIsNoSuccess() {
    job.changeEnv("connection=connection", "connection=connection, transaction_per_migration=True");
    job.changeEnv("url=url,", "url=url, transaction_per_migration=True,");
    job.revision("c1", "b1", "import sys\nop.get_context().as_sql or sys.exit(0)", "pass");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    refused(run, "OtherRevision", "alembic upgrade c1 reported success", "is at revision \"b1\"");
    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.PARTIAL);
    assertThat(inspected.result().applied()).isEqualTo(1);
  }

  @Test
  void anEnvironmentWhoseFileIsNotFoundIsSaidToBeUnbound() {
    job.write(
        "alembic.ini",
        """
        [alembic]
        script_location = shop:db
        version_locations = %(here)s/migrations/versions
        prepend_sys_path = .
        """);
    job.write("shop/__init__.py", "").moveEnv("shop/db/env.py");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.findings()).extracting(Finding::rule).containsExactly("EnvironmentNotBound");
    assertThat(plan.risk()).isEqualTo(Risk.MEDIUM.label());
    assertThat(plan.settings()).containsKey("file.alembic.ini").doesNotContainKey("file.env.py");
    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRevisionThatPrintsTooMuchIsToldSo(boolean offline) {
    String when = offline ? "" : "op.get_context().as_sql or ";
    job.revision("b1", "a1", when + "print(\"x\" * 17 * 1024 * 1024)", "pass");
    if (offline) {
      refused(job.run(Step.PLAN), "ToolPrintsTooMuch", "more than 16 MiB");
      return;
    }
    MigrationPlanSpec plan = job.plan();

    refused(job.run(plan, Step.MIGRATE), "ToolPrintsTooMuch", "more than 16 MiB");

    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  private void refused(RunnerHarness.Run run, String reason, String... words) {
    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
    assertThat(run.result().reason()).as(run.result().message()).isEqualTo(reason);
    assertThat(run.result().message()).contains(words);
  }
}
