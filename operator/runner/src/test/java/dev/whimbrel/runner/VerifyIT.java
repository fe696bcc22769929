package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput.Check;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What verification accepts, and what it says where something does not hold. */
@Tag("postgres")
class VerifyIT {

  private final RunnerHarness job = new RunnerHarness();
  private MigrationPlanSpec plan;

  @BeforeEach
  void oneRevision() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    plan = job.plan();
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void aTrueCheckHolds() {
    job.run(plan, Step.MIGRATE);

    assertThat(verify("SELECT count(*) = 0 FROM users").outcome()).isEqualTo(Outcome.VERIFIED);
  }

  @Test
  void aFalseCheckIsNamed() {
    job.run(plan, Step.MIGRATE);

    failed("SELECT count(*) > 0 FROM users", "check \"rows\" is not true");
  }

  @Test
  void aCheckThatWritesIsStopped() {
    job.run(plan, Step.MIGRATE);

    failed("SELECT lo_create(0) > 0", "read-only transaction");
    failed("DELETE FROM users", "is not one SELECT");
    failed("SELECT true; DELETE FROM users", "is not one SELECT");
  }

  @Test
  void aCheckWithSeveralRowsIsRefused() {
    job.run(plan, Step.MIGRATE);

    failed("SELECT true FROM generate_series(1, 2)", "one row of one column");
  }

  @Test
  void aRevisionThatIsNotInFails() {
    failed("SELECT true", "only 0 of the plan's 1 revisions");
  }

  @Test
  void aDatabaseThatMovedOnFails() {
    job.run(plan, Step.MIGRATE);
    job.file("V2__more.sql", "SELECT 1;\n");
    job.migrate();

    failed("SELECT true", "at version \"2\", the plan ends at \"1\"");
    assertThat(verify("SELECT true").reason()).isEqualTo("OtherRevision");
  }

  private dev.whimbrel.protocol.RunnerResult verify(String query) {
    job.input(input -> input.withChecks(List.of(new Check("rows", query))));
    return job.run(plan, Step.VERIFY).result();
  }

  private void failed(String query, String words) {
    var result = verify(query);
    assertThat(result.outcome()).isEqualTo(Outcome.VERIFICATION_FAILED);
    assertThat(result.message()).contains(words).contains("the schema is left as it is");
  }
}
