package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Histories that cannot be trusted, and databases without one. */
@Tag("postgres")
class HistoryIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void twoRevisions() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.file("V3__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aFailedRowIsDirty() {
    job.migrate();
    job.execute("UPDATE flyway_schema_history SET success = false WHERE version = '3'");

    refused("Dirty", "V3__email.sql", "flyway_schema_history");
  }

  @Test
  void aChangedScriptIsModified() {
    job.migrate();
    job.file("V3__email.sql", "ALTER TABLE users ADD COLUMN email varchar;\n");

    refused("Modified", "V3__email.sql", "content");
  }

  @Test
  void aChangedDescriptionIsModified() {
    job.migrate();
    job.withoutFile("V3__email.sql");
    job.file("V3__mail.sql", "ALTER TABLE users ADD COLUMN email text;\n");

    refused("Modified", "V3__", "description");
  }

  @Test
  void aRevisionBelowTheCurrentOneIsOutOfOrder() {
    job.migrate();
    job.file("V2__between.sql", "SELECT 1;\n");

    refused("OutOfOrder", "V2__between.sql", "outOfOrder");
  }

  @Test
  void aRevisionBelowTheCurrentOneRunsWhereThatIsAllowed() {
    job.migrate();
    job.file("V2__between.sql", "CREATE TABLE between_them (id int);\n");
    job.flyway().outOfOrder = true;

    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(plan.from()).isEqualTo("3");
    assertThat(plan.to()).isEqualTo("3");
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void anAppliedRevisionThatIsGoneIsMissing() {
    job.migrate();
    job.withoutFile("V1__users.sql");

    refused("MissingRevision", "V1__users.sql", "spec.source.flyway.configMaps");
  }

  @Test
  void aDatabaseThatIsNewerThanTheSourceIsAhead() {
    job.migrate();
    job.withoutFile("V3__email.sql");

    refused("Ahead", "version 3", "newer than the source");
  }

  @Test
  void aDatabaseAboveTheTargetIsAhead() {
    job.migrate();
    job.flyway().target = "1";

    refused("Ahead", "spec.source.flyway.target 1");
  }

  @Test
  void anUndoRowOfFlywaysOwnIsRefused() {
    job.migrate();
    job.execute(
        "INSERT INTO flyway_schema_history SELECT 3, '3', 'email', 'UNDO_SQL', 'U3__email.sql', 1,"
            + " 'me', now(), 1, true");

    refused("ForeignHistory", "UNDO_SQL", "DELETE");
  }

  @Test
  void aHistoryThatMayNotBeReadIsNotReadable() {
    job.migrate();
    RunnerHarness.server().createRole("reader_" + job.database(), "reader");
    job.environment(RunnerInput.USER_VARIABLE, "reader_" + job.database());

    refused("NotReadable", "permission denied", "GRANT SELECT");
  }

  @Test
  void tablesWithoutHistoryAreNotAdoptedByThemselves() {
    job.execute("CREATE TABLE users (id bigint PRIMARY KEY)");

    refused("NoHistory", "schema public", "spec.source.flyway.baselineVersion");
  }

  @Test
  void tablesWithoutHistoryAreAdoptedFromTheBaselineOn() {
    job.execute("CREATE TABLE users (id bigint PRIMARY KEY)");
    job.flyway().baselineVersion = "1";

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.risk()).isEqualTo("Medium");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::kind)
        .containsExactly("Baseline", "Versioned");
    assertThat(plan.facts().getFirst()).contains("1 tables").contains("public.users");
    assertThat(plan.from()).isNull();
    assertThat(plan.to()).isEqualTo("3");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().applied()).isEqualTo(2);
    assertThat(
            job.query(
                "SELECT string_agg(version || ' ' || type, ', ' ORDER BY installed_rank)"
                    + " FROM flyway_schema_history"))
        .isEqualTo("1 BASELINE, 3 SQL");
    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }

  @Test
  void anAdoptionWithNothingElsePendingIsAPlanOfItsOwn() {
    job.execute("CREATE TABLE users (id bigint PRIMARY KEY, email text)");
    job.flyway().baselineVersion = "3";

    MigrationPlanSpec plan = job.plan();
    RunnerHarness.Run run = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(plan.revisions()).hasSize(1);
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().currentRevision()).isEqualTo("3");
  }

  @Test
  void anEmptyDatabaseNeedsNoBaseline() {
    job.flyway().baselineVersion = "1";

    assertThat(job.migrate().result().applied()).isEqualTo(2);
  }

  @Test
  void aSchemaThatDoesNotExistYetIsCreated() {
    job.flyway().defaultSchema = "shop";

    RunnerHarness.Run run = job.migrate();

    assertThat(run.result().applied()).isEqualTo(2);
    assertThat(job.query("SELECT to_regclass('shop.users')")).isEqualTo("shop.users");
    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }

  private void refused(String reason, String... words) {
    RunnerHarness.Run run = job.run(Step.PLAN);
    assertThat(run.result().reason()).as(run.log()).isEqualTo(reason);
    assertThat(run.result().message()).contains(words);
    assertThat(run.result().kind()).isEqualTo(RunnerResult.Kind.PERMANENT);
    assertThat(run.exit()).isEqualTo(10);
  }
}
