package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.PasswordServer;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where source and database have to stand before anything is planned. */
@Tag("postgres")
@NeedsPython
class AlembicHistoryIT {

  private final AlembicHarness job = new AlembicHarness();

  @BeforeEach
  void twoRevisions() {
    job.sql("a1", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.sql("b1", "a1", "CREATE TABLE b (id bigint)", "DROP TABLE b");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void severalHeadsAreRefused() {
    job.sql("b2", "a1", "CREATE TABLE b2 (id bigint)", "");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("ManyHeads");
    assertThat(run.result().message()).contains("2 heads: b1, b2", "alembic merge heads");
  }

  @Test
  void aRevisionThatTheSourceDoesNotHaveMeansThatTheDatabaseIsAhead() {
    job.alembic("upgrade", "head");
    job.job().execute("UPDATE alembic_version SET version_num = 'c9'");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).as(run.log() + job.toolLog()).isEqualTo("Ahead");
    assertThat(run.result().message()).contains("revision c9", "use an image that has");
  }

  @Test
  void severalRowsAreRefused() {
    job.sql("b2", "a1", "CREATE TABLE b2 (id bigint)", "");
    job.revision("m", "(\"b1\", \"b2\")", "pass", "pass");
    job.alembic("upgrade", "b1");
    job.alembic("upgrade", "b2");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("ManyRows");
    assertThat(run.result().message()).contains("b1, b2");
  }

  @Test
  void branchesThatAreMergedRunInAlembicsOwnOrder() {
    job.sql("b2", "a1", "CREATE TABLE b2 (id bigint)", "DROP TABLE b2");
    job.revision("m", "(\"b1\", \"b2\")", "pass", "pass");
    job.alembic("upgrade", "b1");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.from()).isEqualTo("b1");
    assertThat(plan.revisions()).extracting(PlannedRevision::version).containsExactly("b2", "m");
    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
    assertThat(job.job().query("SELECT string_agg(version_num, ',') FROM alembic_version"))
        .isEqualTo("m");
  }

  @Test
  void aTargetOnAnotherBranchIsRefused() {
    job.sql("b2", "a1", "CREATE TABLE b2 (id bigint)", "");
    job.revision("m", "(\"b1\", \"b2\")", "pass", "pass");
    job.alembic("upgrade", "b1");
    job.target("b2");

    assertThat(job.run(Step.PLAN).result().reason()).isEqualTo("NotAncestor");
  }

  @Test
  void anOlderOrUnknownTargetIsRefused() {
    job.alembic("upgrade", "head");

    RunnerHarness.Run older = job.target("a1").run(Step.PLAN);
    assertThat(older.result().reason()).isEqualTo("TargetBelowCurrent");
    assertThat(older.result().message()).contains("allowDowngrade to b1");

    RunnerHarness.Run other = job.allowDowngrade("a1").run(Step.PLAN);
    assertThat(other.result().reason()).isEqualTo("DowngradeNotAllowed");

    assertThat(job.target("zz").run(Step.PLAN).result().reason()).isEqualTo("UnknownTarget");
  }

  @Test
  void anotherVersionTableIsFound() {
    job.changeEnv("url=url,", "url=url, version_table=\"kept\", version_table_schema=\"own\",");
    job.changeEnv(
        "connection=connection",
        "connection=connection, version_table=\"kept\", version_table_schema=\"own\"");
    job.job().execute("CREATE SCHEMA own");
    // Alembic creates its table in the same transaction, so something else has to be there before.
    job.alembic("upgrade", "a1");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.from()).isEqualTo("a1");
    assertThat(plan.settings()).containsEntry("versionTable", "own.kept");
    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
  }

  @Test
  void aToolThatWorksInAnotherDatabaseIsNoticed() {
    job.toolEnvironment(
        "DATABASE_URL",
        "postgresql://postgres@127.0.0.1:" + RunnerHarness.server().port() + "/postgres");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("DatabaseMismatch");
    assertThat(run.result().message())
        .contains("leads to database \"postgres\" of the same server");
  }

  @Test
  void aUrlOfAnotherDatabaseIsRefusedBeforeAnythingConnects() {
    job.url("postgresql://postgres:s3cret@127.0.0.1:1/other");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("DatabaseMismatch");
    assertThat(run.result().message()).contains("names database \"other\"");
    assertThat(run.log()).doesNotContain("s3cret");
  }

  @Test
  void anEnvironmentThatLacksAVariableSaysWhich() {
    job.toolEnvironment("DATABASE_URL", null);

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("AlembicFailed");
    assertThat(run.result().message()).contains("KeyError: 'DATABASE_URL'", "container alembic");
  }

  @Test
  void aCommandThatIsNotThereIsNamed() {
    job.command("/home/kotori/.local/bin/alembic");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("ToolMissing");
    assertThat(run.result().message())
        .contains("/home/kotori/.local/bin/alembic", "spec.source.alembic.command");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:1, port 1", "nowhere.invalid:5432, could not translate host name"})
  void aToolThatCannotConnectSaysWhy(String address, String words) {
    job.toolEnvironment("DATABASE_URL", "postgresql://postgres:s3cret@" + address + "/app");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(20);
    assertThat(run.result().reason()).isEqualTo("ConnectionLost");
    assertThat(run.result().message()).contains(words).doesNotContain("s3cret");
  }

  @Test
  void aToolWithAWrongPasswordIsToldFromOneThatCannotConnect() throws Exception {
    String role = "migrator_" + job.job().database();
    RunnerHarness.server().createRole(role, "right");
    try (PasswordServer server = new PasswordServer()) {
      job.toolEnvironment(
          "DATABASE_URL",
          "postgresql://"
              + role
              + ":wr0ng@127.0.0.1:"
              + RunnerHarness.server().port()
              + "/"
              + job.job().database());

      RunnerHarness.Run run = job.run(Step.PLAN);

      assertThat(run.exit()).as(run.log() + job.toolLog()).isEqualTo(10);
      assertThat(run.result().reason()).isEqualTo("LoginRefused");
      assertThat(run.result().sqlState()).isEqualTo("28P01");
      assertThat(run.result().message()).contains(role).doesNotContain("wr0ng");
    }
  }

  @Test
  void aSourceWithoutRevisionsIsRefused() {
    job.remove("a1").remove("b1");

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.result().reason()).isEqualTo("NoRevisions");
    assertThat(run.result().message()).contains("script_location", "workingDir");
  }

  @Test
  void tablesWithoutHistoryAreAFinding() {
    job.job().execute("CREATE TABLE old (id bigint)");

    assertThat(job.plan().findings()).extracting(finding -> finding.rule()).contains("NoHistory");
  }
}
