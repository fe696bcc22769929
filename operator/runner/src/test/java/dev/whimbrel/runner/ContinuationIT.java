package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rest of a plan that came in part needs no approval anew, where it is exactly its rest. */
@Tag("postgres")
class ContinuationIT {

  private final RunnerHarness job = new RunnerHarness();
  private MigrationPlanSpec whole;

  @BeforeEach
  void oneOfThreeRevisionsIsIn() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    job.file("V2__email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
    job.file("V3__state.sql", "ALTER TABLE users ADD COLUMN state text;\n");
    whole = job.plan();
    job.flyway().target = "1";
    job.migrate();
    job.flyway().target = "latest";
    job.input(input -> input.withContinues(earlier()));
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void theRestOfAPlanContinuesIt() {
    MigrationPlanSpec rest = job.plan();

    assertThat(rest.revisions()).hasSize(2);
    assertThat(rest.continues().name()).isEqualTo("orders-4-abc");
    assertThat(rest.continues().uid()).isEqualTo("uid-of-the-plan");
    assertThat(rest.continues().hash()).isEqualTo(whole.hash());
    assertThat(job.run(rest, Step.MIGRATE).result().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void callbacksRunWithTheRestAndAreNoRevisionsOfIt() {
    job.file("beforeMigrate.sql", "SELECT 1;\n");

    MigrationPlanSpec rest = job.plan();

    assertThat(rest.revisions()).hasSize(3);
    assertThat(rest.continues().hash()).isEqualTo(whole.hash());
    assertThat(job.run(rest, Step.MIGRATE).result().outcome()).isEqualTo(Outcome.MIGRATED);
  }

  @Test
  void anotherScriptContinuesNothing() {
    job.file("V3__state.sql", "ALTER TABLE users ADD COLUMN state int;\n");

    assertThat(job.plan().continues()).isNull();
  }

  @Test
  void oneMoreRevisionContinuesNothing() {
    job.file("V4__more.sql", "SELECT 1;\n");

    assertThat(job.plan().continues()).isNull();
  }

  @Test
  void oneRevisionLessContinuesNothing() {
    job.flyway().target = "2";

    assertThat(job.plan().continues()).isNull();
  }

  @Test
  void theWholePlanContinuesNothing() {
    job.execute("DROP TABLE users; DROP TABLE flyway_schema_history");

    assertThat(job.plan().continues()).isNull();
  }

  @Test
  void aRestThatIsNoneAnyMoreDoesNotRun() {
    job.input(input -> input);
    MigrationPlanSpec rest = job.plan();
    job.input(input ->
        input.withContinues(
            new RunnerInput.Continued("orders-4-abc", "uid-of-the-plan", whole.hash(), List.of())));

    RunnerHarness.Run run = job.run(rest, Step.MIGRATE);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.PLAN_CHANGED);
    assertThat(run.result().reason()).isEqualTo("StaleContent");
    assertThat(run.result().message()).contains("orders-4-abc");
    assertThat(job.query("SELECT max(version) FROM flyway_schema_history")).isEqualTo("1");
  }

  private RunnerInput.Continued earlier() {
    return new RunnerInput.Continued(
        "orders-4-abc",
        "uid-of-the-plan",
        whole.hash(),
        whole.recorded().stream()
            .map(revision -> new RunnerInput.ContinuedRevision(revision.script(), revision.hash()))
            .toList());
  }
}
