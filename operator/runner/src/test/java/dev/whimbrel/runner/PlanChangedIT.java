package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Between plan and migration something changed: nothing runs. */
@Tag("postgres")
class PlanChangedIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void oneRevision() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.migrate();
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void anotherScriptIsStaleContent() {
    MigrationPlanSpec plan = job.plan();
    job.file("V2__email.sql", "DROP TABLE users;\n");

    nothingRan(job.run(plan, Step.MIGRATE), "StaleContent");
  }

  @Test
  void oneMoreRevisionIsStaleContent() {
    MigrationPlanSpec plan = job.plan();
    job.file("V3__more.sql", "SELECT 1;\n");

    nothingRan(job.run(plan, Step.MIGRATE), "StaleContent");
    assertThat(job.result().message()).contains("V3__more.sql");
  }

  @Test
  void anotherPlaceholderValueIsStaleContent() {
    MigrationPlanSpec plan = job.plan();
    job.flyway().placeholders = java.util.List.of(new RunnerInput.Placeholder("a", "b"));

    nothingRan(job.run(plan, Step.MIGRATE), "StaleContent");
  }

  @Test
  void anotherHistoryIsStaleHistory() {
    MigrationPlanSpec plan = job.plan();
    job.migrate();

    nothingRanAtVersion(job.run(plan, Step.MIGRATE), "StaleHistory", "2");
  }

  @Test
  void anotherOrderIsStaleOrder() {
    job.file("R__a.sql", "CREATE OR REPLACE VIEW a AS SELECT 1 AS one;\n");
    MigrationPlanSpec plan = job.plan();
    RunnerInput.ExpectedPlan expected = RunnerInput.ExpectedPlan.of(plan);
    RunnerInput.ExpectedPlan reordered =
        new RunnerInput.ExpectedPlan(
            "sha256:" + "0".repeat(64),
            expected.from(),
            expected.to(),
            expected.fingerprint(),
            false,
            expected.settings(),
            expected.revisions().reversed(),
            expected.relations());

    nothingRan(job.run(reordered, Step.MIGRATE), "StaleOrder");
  }

  @Test
  void driftIsStaleSchema() {
    MigrationPlanSpec plan = job.plan();
    job.execute("ALTER TABLE users ADD COLUMN by_hand int");

    nothingRan(job.run(plan, Step.MIGRATE), "StaleSchema");
    assertThat(job.result().message())
        .startsWith("not as it was when the plan was made is public.users: somebody else");
  }

  @Test
  void driftOfWhatThePlanDoesNotTouchIsNoneOfItsBusiness() {
    MigrationPlanSpec plan = job.plan();
    job.execute("CREATE TABLE by_hand (id int)");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(plan.relations()).containsOnlyKeys("public.users");
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void whatComesToDependOnATouchedTableIsDrift() {
    MigrationPlanSpec plan = job.plan();
    job.execute("CREATE VIEW by_hand AS SELECT id FROM users");

    nothingRan(job.run(plan, Step.MIGRATE), "StaleSchema");
  }

  @Test
  void aTableThatSomebodyElseMadeFirstIsDrift() {
    job.file("V2__email.sql", "CREATE TABLE IF NOT EXISTS orders (id int);\n");
    MigrationPlanSpec plan = job.plan();
    job.execute("CREATE TABLE orders (id text)");

    nothingRan(job.run(plan, Step.MIGRATE), "StaleSchema");
    assertThat(job.result().message()).contains("public.orders (it is new)");
  }

  @Test
  void wherePlansTouchMoreThanRelationsAllOfTheCatalogCounts() {
    job.file("V2__email.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n");
    MigrationPlanSpec plan = job.plan();
    job.execute("CREATE TABLE by_hand (id int)");

    assertThat(plan.relations()).isEmpty();
    nothingRan(job.run(plan, Step.MIGRATE), "StaleSchema");
  }

  @Test
  void rowsPartitionsCommentsAndStatisticsAreNoDrift() {
    job.execute("CREATE TABLE events (at date) PARTITION BY RANGE (at)");
    MigrationPlanSpec plan = job.plan();
    job.execute("INSERT INTO users VALUES (1)");
    job.execute(
        "CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO"
            + " ('2026-02-01')");
    job.execute("COMMENT ON TABLE users IS 'people'");
    job.execute("ALTER TABLE users SET (fillfactor = 90)");
    job.execute("ANALYZE");

    RunnerHarness.Run run = job.run(plan, Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void anIndexThatBecameInvalidIsDrift() {
    MigrationPlanSpec plan = job.plan();
    job.execute("CREATE INDEX by_hand ON users (id)");
    MigrationPlanSpec withIndex = job.plan();
    job.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'by_hand'::regclass");

    assertThat(withIndex.fingerprint()).isNotEqualTo(plan.fingerprint());
    nothingRan(job.run(withIndex, Step.MIGRATE), "StaleSchema");
  }

  private void nothingRan(RunnerHarness.Run run, String reason) {
    nothingRanAtVersion(run, reason, "1");
  }

  private void nothingRanAtVersion(RunnerHarness.Run run, String reason, String version) {
    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.PLAN_CHANGED);
    assertThat(run.result().reason()).isEqualTo(reason);
    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.result().message()).contains("nothing ran");
    assertThat(job.query("SELECT max(version) FROM flyway_schema_history")).isEqualTo(version);
  }
}
