package dev.whimbrel.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.protocol.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One Job that plans, migrates and verifies, where the gate allows it. */
@Tag("postgres")
class GateIT {

  private final RunnerHarness job = new RunnerHarness();

  @BeforeEach
  void oneRevision() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
  }

  @AfterEach
  void close() {
    job.close();
  }

  @Test
  void goesOnOnceThePlanIsRecorded() throws IOException {
    String hash = job.plan().hash();
    annotate("build=\"two\"\nwhimbrel.dev/plan-recorded=\"" + hash + "\"\n");

    RunnerHarness.Run run = run("Low", 15);

    assertThat(run.result().outcome()).as(run.log()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.exit()).isZero();
    MigrationPlanSpec plan = run.plan();
    assertThat(plan.hash()).isEqualTo(hash).isEqualTo(run.result().hash());
    assertThat(run.result().risk()).isEqualTo("Low");
    assertThat(run.result().pending()).isEqualTo(1);
    assertThat(run.result().applied()).isEqualTo(1);
    assertThat(run.result().toTerminationMessage().length()).isLessThan(1024);
  }

  @Test
  void runsNothingWhereThePlanIsNotRecordedInTime() throws IOException {
    annotate("build=\"two\"\n");

    nothingRan(run("Low", 1), "was not recorded within 1 s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"refused", "sha256:another"})
  void endsAtOnceWhereItIsToldAnythingButTheHashOfItsPlan(String answer) throws IOException {
    annotate("whimbrel.dev/plan-recorded=\"" + answer + "\"\n");

    // Longer than the whole build may take: only the answer can end it.
    nothingRan(run("Low", 7200), "it has to wait");
  }

  @Test
  void runsNothingWhereTheRiskIsAboveTheGate() {
    job.file("V1__users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\nDELETE FROM orders;\n");

    nothingRan(run("Low", 15), "needs an approval or a backup");
  }

  @Test
  void verifiesWhereNothingIsPending() {
    job.migrate();

    RunnerHarness.Run run = run("Low", 15);

    assertThat(run.result().outcome()).isEqualTo(Outcome.VERIFIED);
    assertThat(run.result().pending()).isZero();
    assertThat(run.result().document()).isNotNull();
  }

  private RunnerHarness.Run run(String maxRisk, int seconds) {
    return job.run(
        null,
        new RunnerInput.Gate(maxRisk, seconds),
        new StopSignal(),
        Step.PLAN,
        Step.MIGRATE,
        Step.VERIFY);
  }

  private void nothingRan(RunnerHarness.Run run, String why) {
    assertThat(run.exit()).isEqualTo(30);
    assertThat(run.result().step()).isEqualTo(Step.PLAN);
    assertThat(run.result().outcome()).isEqualTo(Outcome.PLANNED);
    assertThat(run.result().message()).contains(why);
    assertThat(run.plan().revisions()).isNotEmpty();
    assertThat(job.query("SELECT to_regclass('users')")).isNull();
  }

  private void annotate(String content) throws IOException {
    Path file = job.root().resolve("whimbrel/pod/annotations");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
