package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.endedWithout;
import static dev.whimbrel.engine.Results.failed;
import static dev.whimbrel.engine.Results.partly;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.result;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static dev.whimbrel.engine.Results.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecoveringPhaseTest {

  private static Worlds inspected(String cause, RunnerResult reading) {
    return Worlds.recovering(cause).claimed(Step.INSPECT, Worlds.JOB_UID).job(ended(reading));
  }

  @Nested
  class UntilTheAttemptIsOver {

    static Stream<JobView> alive() {
      return Stream.of(running(), waiting(""));
    }

    static Stream<JobView> over() {
      return Stream.of(new JobView.None(), new JobView.Absent(), endedWithout("Evicted"));
    }

    @ParameterizedTest
    @MethodSource("alive")
    void aMigrateJobThatMayStillRunIsStoppedBeforeAnythingIsRead(JobView job) {
      Decision decision =
          Worlds.recovering("Transient").claimed(Step.MIGRATE, Worlds.JOB_UID).job(job).decide();

      assertThat(decision.effects()).containsExactly(new Effect.DeleteJob(Worlds.JOB));
      assertThat(decision.status().run().job().name()).isEqualTo(Worlds.JOB);
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:02Z"));
    }

    @Test
    void aPodThatOutlivedItsJobIsWaitedForBecauseItMayStillChangeTheDatabase() {
      Decision decision =
          Worlds.recovering("Transient")
              .claimed(Step.MIGRATE, Worlds.JOB_UID)
              .job(new JobView.Absent(Optional.of("the-pod")))
              .decide();

      assertThat(decision.status().run().job().name()).isEqualTo(Worlds.JOB);
      assertThat(decision.status().message()).contains("kubectl delete pod the-pod --force");
      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:02Z"));
    }

    @ParameterizedTest
    @MethodSource("over")
    void onceItIsGoneTheReadingMayBegin(JobView job) {
      Decision decision =
          Worlds.recovering("Transient").claimed(Step.MIGRATE, Worlds.JOB_UID).job(job).decide();

      assertThat(decision.status().run().job()).isNull();
      assertThat(decision.again()).isTrue();
      assertThat(startsJob(decision)).isFalse();
    }
  }

  @Test
  void theReadingIsAnInspectJobThatNothingDeletesAlongWithTheMigration() {
    Decision decision = Worlds.recovering("Transient").decide();

    Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
    assertThat(job.steps()).containsExactly(Step.INSPECT);
    assertThat(job.plan()).isTrue();
    assertThat(job.owned()).isFalse();
  }

  @Test
  void neitherDeletionNorSpecNorSuspendNorRetryStopsTheReading() {
    Decision decision =
        Worlds.recovering("Transient")
            .deleted()
            .specChanged()
            .suspended()
            .retryAnnotation("new")
            .decide();

    assertThat(decision.status().phase()).isEqualTo("Recovering");
    assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.INSPECT);
  }

  @Test
  void atTheTargetAfterAllItIsVerified() {
    Decision decision = inspected("Permanent", at("8", Step.INSPECT, Outcome.UP_TO_DATE)).decide();

    assertThat(end(decision)).isEqualTo("Verifying/Verifying");
    assertThat(decision.status().currentRevision()).isEqualTo("8");
  }

  @Nested
  class NothingIsIn {

    private Worlds untouched(String cause) {
      return inspected(cause, at("6", Step.INSPECT, Outcome.UNTOUCHED));
    }

    @ParameterizedTest
    @CsvSource({"0,2", "1,4"})
    void afterATransientCauseItIsTriedAgainWithBackoff(int failures, int seconds) {
      Decision decision = untouched("Transient").failures(failures).decide();

      assertThat(end(decision)).isEqualTo("Migrating/Retrying");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.status().run().failures()).isEqualTo(failures + 1);
      assertThat(decision.status().run().retryAt())
          .isEqualTo(Worlds.NOW.plusSeconds(seconds).toString());
      assertThat(decision.status().message())
          .endsWith("trying again in %ds (%d of 2)".formatted(seconds, failures + 1));
    }

    @Test
    void whenNoRetriesAreLeftTheRunFails() {
      Decision decision = untouched("Transient").retries(2).failures(2).decide();

      assertThat(end(decision)).isEqualTo("Failed/Broken");
      assertThat(planState(decision)).isEqualTo("Failed");
    }

    @Test
    void afterAPermanentCauseTheRunFailsAtOnce() {
      Decision decision = untouched("Permanent").decide();

      assertThat(end(decision)).isEqualTo("Failed/Broken");
      assertThat(decision.status().message())
          .startsWith("the migrate Job broke. Nothing of the plan is in; put the cause right");
    }

    @Test
    void whereTheRunnerSawMoreCommittedThanIsRecordedAPersonHasToLook() {
      Decision decision = untouched("Unclear").decide();

      assertThat(end(decision)).isEqualTo("Unresolved/Broken");
      assertThat(decision.status().message()).startsWith("the migrate Job broke. Look at the");
      assertThat(planState(decision)).isEqualTo("Unresolved");
    }

    @Test
    void afterAnAbortTheRunFailsWhateverTheCause() {
      Decision decision =
          untouched("Transient").aboutRun("Abort", Worlds.RUN_UID, "Accepted").decide();

      assertThat(end(decision)).isEqualTo("Failed/Aborted");
      assertThat(decision.status().message())
          .startsWith("a person aborted the run after: the migrate Job broke. Nothing of the plan");
    }
  }

  @Nested
  class WholeRevisionsAreIn {

    @Test
    void afterATransientCauseTheRestIsPlannedAnewAndMeetsEveryGateAgain() {
      Decision decision = inspected("Transient", partly(1, "7")).decide();

      assertThat(end(decision)).isEqualTo("Planning/Continues");
      assertThat(decision.status().message())
          .isEqualTo("1 of 2 revisions are in, the last is 7; planning the rest");
      assertThat(planState(decision)).isEqualTo("Superseded");
      assertThat(decision.status().plan()).isNull();
      assertThat(decision.status().backup()).isNull();
      assertThat(decision.status().run().failures()).isEqualTo(1);
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    }

    @Test
    void itCountsAgainstTheRetries() {
      Decision decision = inspected("Transient", partly(1, "7")).failures(2).decide();

      assertThat(end(decision)).isEqualTo("Failed/Broken");
    }

    @Test
    void afterAPermanentCauseTheMessageSaysWhatIsIn() {
      Decision decision = inspected("Permanent", partly(1, "7")).decide();

      assertThat(end(decision)).isEqualTo("Failed/Broken");
      assertThat(decision.status().message()).contains("1 of 2 revisions are in, the last is 7");
      assertThat(decision.status().currentRevision()).isEqualTo("7");
    }
  }

  @Nested
  class NotKnown {

    @ParameterizedTest
    @CsvSource({"0,2", "1,4", "50,60"})
    void aSessionThatIsLeftIsWaitedForHoweverLong(int waits, int seconds) {
      Decision decision =
          inspected("Transient", result(Step.INSPECT, Outcome.WAITING_FOR_ORPHAN))
              .waits(waits)
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/WaitingForOrphan");
      assertThat(decision.status().run().waits()).isEqualTo(waits + 1);
      assertThat(decision.status().run().failures()).isZero();
      assertThat(decision.status().run().retryAt())
          .isEqualTo(Worlds.NOW.plusSeconds(seconds).toString());
    }

    @Test
    void aDatabaseOutOfReachIsReadAgainHoweverOften() {
      Decision decision =
          inspected("Transient", failed(Step.INSPECT, Kind.TRANSIENT, "Unreachable"))
              .failures(2)
              .waits(30)
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/Unreachable");
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:01:00Z"));
    }

    @Test
    void aHistoryThatDoesNotTellNeedsAPerson() {
      Decision decision = inspected("Transient", result(Step.INSPECT, Outcome.UNKNOWN)).decide();

      assertThat(end(decision)).isEqualTo("Unresolved/Unknown");
      assertThat(planState(decision)).isEqualTo("Unresolved");
      assertThat(decision.status().message())
          .contains("whimbrel.dev/retry")
          .endsWith("decision Acknowledge for run " + Worlds.RUN_UID);
      assertThat(effects(decision, Effect.ReleaseLease.class)).isEmpty();
      assertThat(decision.status().run().lease()).isEqualTo("the-lease");
    }

    @Test
    void itIsUnresolvedForTheNewSpecTooBecauseNothingStartsThatByItself() {
      Decision decision =
          inspected("Transient", result(Step.INSPECT, Outcome.UNKNOWN)).specChanged().decide();

      assertThat(decision.status().observedGeneration()).isEqualTo(5);
    }

    @Test
    void aReadingThatCannotSucceedNeedsAPerson() {
      Decision decision =
          inspected("Transient", failed(Step.INSPECT, Kind.PERMANENT, "AccessDenied")).decide();

      assertThat(end(decision)).isEqualTo("Unresolved/AccessDenied");
    }

    static Stream<JobView> views() {
      return Stream.of(
          new JobView.None(),
          new JobView.Absent(),
          waiting(""),
          running(),
          endedWithout("Evicted"),
          ended(result(Step.INSPECT, Outcome.UP_TO_DATE)),
          ended(result(Step.INSPECT, Outcome.UNTOUCHED)),
          ended(partly(1, "7")),
          ended(result(Step.INSPECT, Outcome.UNKNOWN)));
    }

    @ParameterizedTest
    @MethodSource("views")
    void aPlanThatWasDeletedByHandBreaksNothing(JobView view) {
      Worlds deleted = Worlds.recovering("Transient").rollsBack().planNotSeen();

      assertThat(deleted.claimed(Step.MIGRATE, Worlds.JOB_UID).job(view).decide()).isNotNull();
      assertThat(deleted.claimed(Step.INSPECT, Worlds.JOB_UID).job(view).decide()).isNotNull();
      assertThat(deleted.claimed(Step.INSPECT, null).job(view).decide()).isNotNull();
    }

    @Test
    void neitherDoesAStatusWithoutAPlan() {
      Decision decision = Worlds.recovering("Transient").noPlan().decide();

      assertThat(end(decision)).isEqualTo("Unresolved/PlanLost");
    }

    @Test
    void withoutThePlanNothingCanBeReadAgainstIt() {
      Decision decision = Worlds.recovering("Transient").planNotSeen().decide();

      assertThat(end(decision)).isEqualTo("Unresolved/PlanLost");
      assertThat(startsJob(decision)).isFalse();
    }
  }
}
