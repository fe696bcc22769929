package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The path that nothing disturbs, with each driver: plan, migrate, verify, inspect. */
@Tag("postgres")
@NeedsPython
class AlembicMigrationIT {

  private final AlembicHarness job = new AlembicHarness();

  @AfterEach
  void close() {
    job.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgresql", "postgresql+psycopg", "postgresql+asyncpg"})
  void plansMigratesVerifiesAndFindsItselfUpToDate(String scheme) {
    job.env(scheme.endsWith("asyncpg") ? "async" : "sync").driver(scheme);
    job.sql("7c39d7b141c7", null, "CREATE TABLE users (id bigint)", "DROP TABLE users");
    job.revision(
        "add_email_manual",
        "7c39d7b141c7",
        "op.add_column('users', sa.Column('email', sa.Text()))",
        "op.drop_column('users', 'email')");

    MigrationPlanSpec plan = job.plan();

    assertThat(plan.from()).isNull();
    assertThat(plan.to()).isEqualTo("add_email_manual");
    assertThat(plan.tool()).isEqualTo("alembic 1.12.1");
    assertThat(plan.revisions())
        .extracting(PlannedRevision::script)
        .containsExactly("versions/7c39d7b141c7.py", "versions/add_email_manual.py");
    assertThat(plan.revisions().getLast().sql())
        .contains("ALTER TABLE users ADD COLUMN email TEXT;");
    assertThat(plan.revisions().getLast().description()).isEqualTo("Revision add_email_manual.");
    assertThat(plan.revisions()).allMatch(PlannedRevision::transactional);
    assertThat(plan.settings()).containsEntry("versionTable", "alembic_version");
    assertThat(plan.findings().stream().map(Finding::rule).toList())
        .isEqualTo(
            scheme.endsWith("asyncpg")
                ? java.util.List.of("UnnamedSessions")
                : java.util.List.of());
    assertThat(job.job().query("SELECT to_regclass('alembic_version')")).isNull();

    RunnerHarness.Run migrated = job.run(plan, Step.MIGRATE, Step.VERIFY);

    assertThat(migrated.result().outcome()).as(migrated.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(migrated.exit()).isZero();
    assertThat(migrated.result().applied()).isEqualTo(2);
    assertThat(migrated.result().currentRevision()).isEqualTo("add_email_manual");
    assertThat(migrated.result().hash()).isEqualTo(plan.hash());
    assertThat(migrated.log() + job.toolLog()).doesNotContain("s3cr");

    assertThat(job.run(plan, Step.INSPECT).result().outcome()).isEqualTo(Outcome.UP_TO_DATE);
    assertThat(job.run(Step.PLAN).result().outcome()).isEqualTo(Outcome.NOTHING_PENDING);
  }
}
