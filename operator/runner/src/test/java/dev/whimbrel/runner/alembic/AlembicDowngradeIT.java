package dev.whimbrel.runner.alembic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.PlannedRevision;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import dev.whimbrel.runner.RunnerHarness;
import dev.whimbrel.testkit.python.NeedsPython;
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
}
