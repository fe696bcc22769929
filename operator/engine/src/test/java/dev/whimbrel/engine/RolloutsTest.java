package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.condition;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The second stage: an annotation, a Job that only reads, a condition; never another phase. */
class RolloutsTest {

  private static final Instant LATER = Worlds.NOW.plus(Duration.ofHours(2));
  private static final JobView NONE = new JobView.None();

  @Test
  void theAnnotationStartsAJobThatVerifiesForAWhile() {
    Decision decision = decide(Phase.SUCCEEDED, "v2", null, NONE, Worlds.NOW);

    Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
    assertThat(job.steps()).containsExactly(Step.VERIFY);
    assertThat(job.owned()).isTrue();
    assertThat(job.plan()).isTrue();
    assertThat(job.deadline()).isEqualTo(Duration.ofMinutes(12));
    assertThat(decision.status().phase()).isEqualTo("Succeeded");
    assertThat(decision.status().rollout().job().name()).isEqualTo(job.name());
    assertThat(condition(decision, "RolloutVerified").getStatus()).isEqualTo("False");
    assertThat(condition(decision, "RolloutVerified").getReason()).isEqualTo("Running");
    assertThat(decision.wakeAt()).isPresent();
  }

  @Test
  void nothingIsAskedWithoutItOrWhereTheRunDidNotSucceed() {
    assertThat(jobs(decide(Phase.SUCCEEDED, null, null, NONE, Worlds.NOW))).isEmpty();
    assertThat(jobs(decide(Phase.FAILED, "v2", null, NONE, Worlds.NOW))).isEmpty();
    assertThat(decide(Phase.SUCCEEDED, null, null, NONE, Worlds.NOW).status().conditions())
        .noneMatch(condition -> condition.getType().equals("RolloutVerified"));
  }

  @Test
  void whatHoldsIsACondition() {
    DatabaseMigrationStatus running = running();
    List<CheckResult> checks =
        List.of(new CheckResult("http api", CheckResult.PASSED, null, null, null));

    Decision decision =
        decide(Phase.SUCCEEDED, "v2", running, ended(Outcome.VERIFIED, checks), Worlds.NOW);

    assertThat(condition(decision, "RolloutVerified").getStatus()).isEqualTo("True");
    assertThat(decision.status().rollout().checks()).isEqualTo(checks);
    assertThat(decision.status().phase()).isEqualTo("Succeeded");
    assertThat(jobs(decide(Phase.SUCCEEDED, "v2", decision.status(), NONE, LATER))).isEmpty();
  }

  @Test
  void whatDoesNotHoldIsAConditionAndNotAnotherPhase() {
    Decision decision =
        decide(
            Phase.SUCCEEDED,
            "v2",
            running(),
            ended(Outcome.VERIFICATION_FAILED, List.of()),
            Worlds.NOW);

    assertThat(condition(decision, "RolloutVerified").getStatus()).isEqualTo("False");
    assertThat(condition(decision, "RolloutVerified").getReason()).isEqualTo("Failed");
    assertThat(decision.status().phase()).isEqualTo("Succeeded");
    assertThat(condition(decision, "Ready").getStatus()).isEqualTo("True");
  }

  @Test
  void aJobThatWasNeverSeenIsCreatedAgainAndOneThatIsGoneIsNot() {
    DatabaseMigrationStatus running = running();
    JobView absent = new JobView.Absent();

    Decision again = decide(Phase.SUCCEEDED, "v2", running, absent, Worlds.NOW);
    Decision seen =
        decide(Phase.SUCCEEDED, "v2", running, new JobView.Waiting("uid-9", ""), Worlds.NOW);
    Decision gone = decide(Phase.SUCCEEDED, "v2", seen.status(), absent, Worlds.NOW);

    assertThat(jobs(again)).containsExactly(running.rollout().job().name());
    assertThat(jobs(gone)).isEmpty();
    assertThat(gone.status().rollout().state()).isEqualTo("Failed");
  }

  @Test
  void oneThatDoesNotEndIsDeleted() {
    Decision decision =
        decide(Phase.SUCCEEDED, "v2", running(), new JobView.Waiting("uid-9", ""), LATER);

    assertThat(effect(decision, Effect.DeleteJob.class).name())
        .isEqualTo(running().rollout().job().name());
    assertThat(decision.status().rollout().state()).isEqualTo("Failed");
  }

  @Test
  void anotherValueAsksAnew() {
    DatabaseMigrationStatus running = running();

    Decision decision = decide(Phase.SUCCEEDED, "v3", running, NONE, LATER);

    assertThat(effect(decision, Effect.DeleteJob.class).name())
        .isEqualTo(running.rollout().job().name());
    assertThat(jobs(decision)).hasSize(1).doesNotContain(running.rollout().job().name());
    assertThat(decision.status().rollout().trigger()).isEqualTo("v3");
  }

  private static DatabaseMigrationStatus running() {
    return decide(Phase.SUCCEEDED, "v2", null, NONE, Worlds.NOW).status();
  }

  private static JobView ended(Outcome outcome, List<CheckResult> checks) {
    RunnerResult result = Results.of("4-1", 0, Step.VERIFY, outcome);
    return new JobView.Ended("uid-9", Optional.of(result), Optional.empty(), "", true, checks);
  }

  private static List<String> jobs(Decision decision) {
    return effects(decision, Effect.CreateJob.class).stream().map(Effect.CreateJob::name).toList();
  }

  private static Decision decide(
      Phase phase, String asked, DatabaseMigrationStatus status, JobView rollout, Instant now) {
    World world = Worlds.in(phase).planState(phase == Phase.FAILED ? "Failed" : "Applied").world();
    DatabaseMigration migration = world.migration();
    if (asked != null) {
      migration.getMetadata().setAnnotations(Map.of(Whimbrel.VERIFY_ROLLOUT_ANNOTATION, asked));
    }
    if (status != null) {
      migration.setStatus(status);
    }
    return Engine.decide(
        new World(
            migration,
            world.plan(),
            world.earlier(),
            world.approvals(),
            world.job(),
            rollout,
            world.lease(),
            world.source(),
            world.claimedBy()),
        now);
  }
}
