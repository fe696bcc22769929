package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callbacks, repeatable scripts and groups run as with Flyway alone: once, and in its order. */
@Tag("postgres")
class CallbacksIT {

  private static final String SEEN = "SELECT string_agg(what, ' ' ORDER BY id) FROM seen";

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void aTableThatSaysWhatRan() {
    job.file("V1__seen.sql", "CREATE TABLE seen (id serial, what text);\n");
    job.migrate();
    job.file("beforeMigrate.sql", see("beforeMigrate"));
    job.file("beforeEachMigrate.sql", see("beforeEach"));
    job.file("afterEachMigrate__log.sql", see("afterEach"));
    job.file("afterVersioned.sql", see("afterVersioned"));
    job.file("beforeRepeatables.sql", see("beforeRepeatables"));
    job.file("afterMigrate.sql", see("afterMigrate"));
    job.file("V2__two.sql", see("V2"));
    job.file("V3__three.sql", see("V3"));
    job.file("R__a.sql", see("Ra"));
    job.file("R__b.sql", see("Rb"));
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void planningRunsNone() {
    MigrationPlanSpec plan = job.plan();

    assertThat(job.query(SEEN)).isNull();
    assertThat(plan.revisions())
        .filteredOn(revision -> revision.kind().equals("Callback"))
        .extracting(PlannedRevision::script)
        .contains("beforeMigrate.sql", "afterEachMigrate__log.sql", "afterMigrate.sql")
        .hasSize(6);
    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UNTOUCHED);
    assertThat(job.query(SEEN)).isNull();
  }

  @Test
  void aMigrationRunsEachAtItsPlace() {
    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE, Step.VERIFY);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().applied()).isEqualTo(4);
    assertThat(run.result().pending()).isEqualTo(4);
    assertThat(job.query(SEEN))
        .isEqualTo(
            "beforeMigrate beforeEach V2 afterEach beforeEach V3 afterEach"
                + " afterVersioned beforeRepeatables"
                + " beforeEach Ra afterEach beforeEach Rb afterEach afterMigrate");
  }

  @Test
  void anAttemptThatIsRepeatedDoesNotRepeatBeforeMigrate() throws Exception {
    job.file("V2__two.sql", "LOCK TABLE seen;\n" + see("V2"));
    MigrationPlanSpec plan = job.plan();
    try (Connection holder = job.connect();
        Statement statement = holder.createStatement();
        var threads = Executors.newSingleThreadExecutor()) {
      holder.setAutoCommit(false);
      statement.execute("SELECT * FROM seen");
      Future<RunnerHarness.Run> run = threads.submit(() -> job.run(plan, Step.MIGRATE));
      Awaitility.await().until(() -> waits().equals("1"));
      Awaitility.await().until(() -> waits().equals("0"));
      holder.rollback();

      assertThat(run.get().result().outcome()).as(run.get().log()).isEqualTo(Outcome.MIGRATED);
    }
    assertThat(job.query(SEEN)).startsWith("beforeMigrate beforeEach V2 afterEach beforeEach V3");
  }

  @Test
  void aChangedRepeatableScriptRunsAgainAlone() {
    job.migrate();
    job.execute("TRUNCATE seen");
    job.file("R__b.sql", see("Rb2"));

    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(plan.from()).isEqualTo("3");
    assertThat(plan.to()).isEqualTo("3");
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(job.query(SEEN))
        .isEqualTo("beforeMigrate beforeRepeatables beforeEach Rb2 afterEach afterMigrate");
  }

  @Test
  void aGroupIsAllOrNothing() {
    job.withoutFile("afterVersioned.sql").withoutFile("beforeRepeatables.sql");
    job.flyway().group = true;
    job.file("R__b.sql", "SELECT 1/0;\n");
    MigrationPlanSpec plan = job.plan();

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().sqlState()).isEqualTo("22012");
    assertThat(run.result().message()).contains("R__b.sql, line 1: division by zero");
    assertThat(job.query("SELECT max(version) FROM flyway_schema_history")).isEqualTo("1");

    job.file("R__b.sql", see("Rb"));
    assertThat(job.migrate().result().applied()).isEqualTo(4);
  }

  @Test
  void aGroupWithCallbacksThatWouldCommitHalfOfItIsRefused() {
    job.flyway().group = true;

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("UnsupportedCallback");
    assertThat(run.result().message()).contains("afterVersioned.sql").contains("group");
  }

  @Test
  void aCallbackThatAlsoRunsWhenLookingIsRefused() {
    job.file("afterConnect.sql", see("afterConnect"));

    RunnerHarness.Run run = job.run(Step.PLAN);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("UnsupportedCallback");
    assertThat(job.query(SEEN)).isNull();
  }

  @Test
  void anErrorNamesScriptLineAndStateAndNoData() {
    job.file(
        "V2__two.sql",
        "CREATE UNIQUE INDEX ON seen (what);\n\n" + see("secret-value") + see("secret-value"));

    RunnerHarness.Run run = job.run(job.plan(), Step.MIGRATE);

    assertThat(run.exit()).isEqualTo(10);
    assertThat(run.result().reason()).isEqualTo("SqlError");
    assertThat(run.result().sqlState()).isEqualTo("23505");
    assertThat(run.result().message())
        .contains("V2__two.sql, line 4")
        .contains("duplicate key value violates unique constraint")
        .doesNotContain("secret-value");
    assertThat(job.query("SELECT count(*) FROM flyway_schema_history WHERE NOT success"))
        .isEqualTo("0");
  }

  private String waits() {
    return job.query(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'seen'::regclass");
  }

  private static String see(String what) {
    return "INSERT INTO seen (what) VALUES ('" + what + "');\n";
  }
}
