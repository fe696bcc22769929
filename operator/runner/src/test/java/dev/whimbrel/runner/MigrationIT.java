package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The path that nothing disturbs: plan, migrate, verify, inspect. */
@Tag("postgres")
class MigrationIT {

  private final RunnerHarness job = new RunnerHarness();

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void plansMigratesVerifiesAndFindsItselfUpToDate() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.from()).isNull();
    assertThat(plan.to()).isEqualTo("2");
    assertThat(plan.risk()).isEqualTo("Low");
    assertThat(plan.tool()).isEqualTo("flyway 13.12.0");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::script)
        .containsExactly("V1__users.sql", "V2__email.sql");
    assertThat(job.query("SELECT to_regclass('flyway_schema_history')")).isNull();

    RunnerHarness.Run migrated = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(migrated.result()).as(migrated.log()).isNotNull();
    assertThat(migrated.result().outcome()).as(migrated.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(migrated.exit()).isZero();
    assertThat(migrated.result().applied()).isEqualTo(2);
    assertThat(migrated.result().currentRevision()).isEqualTo("2");
    assertThat(migrated.result().hash()).isEqualTo(plan.hash());
    assertThat(migrated.result().restorePoint().time()).matches("2\\d{3}-.*T.*Z");

    RunnerHarness.Run inspected = job.run(plan, Step.INSPECT);
    assertThat(inspected.result().outcome()).isEqualTo(Outcome.UP_TO_DATE);

    RunnerHarness.Run again = job.run(Step.PLAN);
    assertThat(again.result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }

  @Test
  void theHistoryIsLookedForWhereThePlanWasMadeForWhateverTheSpecSaysByNow() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    MigrationPlanSpec plan = job.plan();
    job.run(plan, Step.MIGRATE);
    job.flyway().defaultSchema = "elsewhere";
    job.flyway().group = true;

    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
    assertThat(job.run(plan, Step.VERIFY).result().outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void whatPostgresKnowsBesidesPlainStatementsRunsToo() {
    job.file(
        "V1__all.sql",
        """
        CREATE TABLE events (id int, what text, mood text);
        COPY events (id, what) FROM STDIN;
        1\tit's; a row
        2\tanother
        \\.
        CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql
          BEGIN ATOMIC SELECT a * 2; END;
        DO $outer$ BEGIN EXECUTE $inner$ UPDATE events SET mood = 'a;b' $inner$; END $outer$;
        CREATE TYPE mood AS ENUM ('sad');
        """);
    job.file("V2__value.sql", "ALTER TYPE mood ADD VALUE 'happy';\n");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.revisions()).allMatch(revision -> revision.transactional());
    assertThat(job.run(plan, Step.MIGRATE, Step.VERIFY).result().outcome())
        .isEqualTo(Outcome.VERIFIED);
    assertThat(job.query("SELECT string_agg(what || mood, ',' ORDER BY id) FROM events"))
        .isEqualTo("it's; a rowa;b,anothera;b");
  }
}
