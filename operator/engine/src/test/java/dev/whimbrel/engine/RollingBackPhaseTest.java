package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.because;
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
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RollingBackPhaseTest {

  @Nested
  class Whether {

    private Worlds partial(String cause) {
      return Worlds.recovering(cause)
          .claimed(Step.INSPECT, Worlds.JOB_UID)
          .job(ended(partly(1, "7")));
    }

    private String whyNot(Worlds worlds) {
      Decision decision = worlds.decide();

      assertThat(end(decision)).startsWith("Failed/");
      assertThat(planState(decision)).isEqualTo("Failed");
      return decision.status().message();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Permanent", "Transient"})
    void wholeRevisionsThatAreInAreUndoneWhereTheSpecAsksForIt(String cause) {
      Decision decision = partial(cause).rollsBack().decide();

      assertThat(end(decision)).isEqualTo("RollingBack/RollingBack");
      assertThat(decision.status().message())
          .isEqualTo(
              "the migrate Job broke. 1 of 2 revisions are in, the last is 7; undoing them, as"
                  + " spec.rollback.onFailure asks");
      assertThat(decision.status().run().dispatched()).isTrue();
      assertThat(effects(decision, Effect.ReleaseLease.class)).isEmpty();
      assertThat(effects(decision, Effect.RemoveFinalizer.class)).isEmpty();
    }

    @Test
    void onlyWhatIsInNeedsAWayBack() {
      Decision decision = partial("Permanent").rollsBack().undo("Reversible", "None").decide();

      assertThat(end(decision)).isEqualTo("RollingBack/RollingBack");
    }

    @Test
    void callbacksNeedNoWayBackAndAreNotCounted() {
      Decision decision =
          partial("Permanent").rollsBack().callbacks("a", "b").undo("Reversible", "None").decide();

      assertThat(end(decision)).isEqualTo("RollingBack/RollingBack");
    }

    @Test
    void aRevisionWithoutWayBackIsNotTakenForOneOfItsCallbacks() {
      assertThat(
              whyNot(
                  partial("Permanent").rollsBack().callbacks("a", "b").undo("None", "Reversible")))
          .contains("because the plan has no way back from V7.sql that loses nothing");
    }

    @Test
    void withoutTheSpecAskingForItNothingIsUndone() {
      assertThat(whyNot(partial("Permanent")))
          .contains("they were not undone, because spec.rollback.onFailure is None");
    }

    @ParameterizedTest
    @ValueSource(strings = {"WithLoss", "Unknown", "None"})
    void aWayBackThatMayLoseSomethingIsNotTakenByItself(String grade) {
      assertThat(whyNot(partial("Permanent").rollsBack().undo(grade, "Reversible")))
          .contains(
              "because the plan has no way back from V7.sql that loses nothing (grade "
                  + grade
                  + ")");
    }

    @Test
    void aDowngradeIsNeverUndone() {
      assertThat(whyNot(partial("Permanent").rollsBack().direction("Downgrade")))
          .contains("because the plan is itself a downgrade");
    }

    @Test
    void afterAnAbortNothingIsUndone() {
      assertThat(
              whyNot(
                  partial("Permanent").rollsBack().aboutRun("Abort", Worlds.RUN_UID, "Accepted")))
          .contains("because a person aborted the run");
    }

    @Test
    void neitherIsItForADeletedMigrationOrAnotherSpec() {
      assertThat(whyNot(partial("Permanent").rollsBack().deleted()))
          .contains("because the DatabaseMigration was deleted");
      assertThat(whyNot(partial("Permanent").rollsBack().specChanged()))
          .contains("because the spec has changed since");
    }

    @Test
    void whereItMayNotBeUndoneATransientCauseStillPlansTheRest() {
      Decision decision = partial("Transient").rollsBack().undo("None", "None").decide();

      assertThat(end(decision)).isEqualTo("Planning/Continues");
    }
  }

  @Nested
  class TheJob {

    private Worlds claimed() {
      return Worlds.rollingBack().claimed(Step.ROLLBACK, Worlds.JOB_UID);
    }

    @Test
    void itWorksOnThePlanAndNothingDeletesItAlongWithTheMigration() {
      Decision decision = Worlds.rollingBack().decide();

      Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
      assertThat(job.steps()).containsExactly(Step.ROLLBACK);
      assertThat(job.name()).endsWith("-rollback-4");
      assertThat(job.plan()).isTrue();
      assertThat(job.owned()).isFalse();
      assertThat(job.deadline()).isEqualTo(Duration.ofMinutes(31));
      assertThat(decision.status().run().attempt()).isEqualTo(4);
    }

    @Test
    void itStartsOnlyUnderTheLease() {
      Decision free = Worlds.rollingBack().lease(new World.LeaseView.Free()).decide();
      Decision others =
          Worlds.rollingBack()
              .lease(new World.LeaseView.Other("x/1-1", "DatabaseMigration shop/x", false))
              .decide();

      assertThat(effects(free, Effect.AcquireLease.class)).hasSize(1);
      assertThat(startsJob(free)).isFalse();
      assertThat(end(others)).isEqualTo("RollingBack/Queued");
      assertThat(others.effects()).isEmpty();
    }

    @Test
    void whoHoldsTheLeaseAtRestIsNotWaitedForWithoutEnd() {
      Decision decision =
          Worlds.rollingBack()
              .lease(new World.LeaseView.Other("x/1-1", "DatabaseMigration shop/x", true))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/Broken");
      assertThat(decision.status().message())
          .contains(
              "not undone, because DatabaseMigration shop/x, which is at rest, holds the"
                  + " database's Lease");
    }

    @Test
    void suspendHoldsItBeforeItStarts() {
      assertThat(end(Worlds.rollingBack().suspended().decide())).isEqualTo("RollingBack/Suspended");
      assertThat(startsJob(Worlds.rollingBack().suspended().decide())).isFalse();
    }

    @Test
    void aPersonsAbortADeletionOrANewSpecKeepsItFromStarting() {
      Decision aborted =
          Worlds.rollingBack().aboutRun("Abort", Worlds.RUN_UID, "Accepted").decide();

      assertThat(end(aborted)).isEqualTo("Failed/Aborted");
      assertThat(end(Worlds.rollingBack().deleted().decide())).isEqualTo("Failed/Broken");
      assertThat(end(Worlds.rollingBack().specChanged().decide())).isEqualTo("Failed/Broken");
      assertThat(end(Worlds.rollingBack().planNotSeen().decide())).isEqualTo("Failed/Broken");
    }

    @Test
    void onceClaimedAndNeverSeenItIsCreatedAgainUnderItsName() {
      Decision decision =
          Worlds.rollingBack().claimed(Step.ROLLBACK, null).job(new JobView.Absent()).decide();

      assertThat(effect(decision, Effect.CreateJob.class).name()).isEqualTo(Worlds.JOB);
    }

    @Test
    void neitherDeletionNorRetryStopsItOnceItRuns() {
      Decision decision = claimed().deleted().retryAnnotation("new").job(running()).decide();

      assertThat(end(decision)).isEqualTo("RollingBack/RollingBack");
      assertThat(decision.effects()).isEmpty();
    }

    @Test
    void aCleanEndIsRolledBackAndThePlanIsOnHold() {
      Decision decision =
          claimed().job(ended(at("6", Step.ROLLBACK, Outcome.ROLLED_BACK))).decide();

      assertThat(end(decision)).isEqualTo("RolledBack/RolledBack");
      assertThat(planState(decision)).isEqualTo("RolledBack");
      assertThat(decision.status().hold()).isEqualTo(Worlds.HASH);
      assertThat(decision.status().currentRevision()).isEqualTo("6");
      assertThat(decision.status().history().getFirst().phase()).isEqualTo("RolledBack");
      assertThat(decision.status().message())
          .startsWith("the migrate Job broke. What was in of plan " + Worlds.PLAN + " is undone")
          .contains("whimbrel.dev/retry");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(Results.condition(decision, "Stalled").getStatus()).isEqualTo("True");
    }

    @Test
    void itSaysThatWhatCallbacksDidIsNotUndone() {
      Decision decision =
          claimed().callbacks("a").job(ended(at("6", Step.ROLLBACK, Outcome.ROLLED_BACK))).decide();

      assertThat(decision.status().message())
          .contains("at revision 6 as before; what its callbacks did to data is not undone. The");
    }

    @Test
    void anythingElseIsFollowedByAReading() {
      Worlds worlds = claimed();

      assertThat(unclean(worlds.job(ended(failed(Step.ROLLBACK, Kind.TRANSIENT, "Lost")))))
          .isEqualTo("Transient/Lost");
      assertThat(unclean(worlds.job(ended(failed(Step.ROLLBACK, Kind.PERMANENT, "SqlError")))))
          .isEqualTo("Permanent/SqlError");
      assertThat(unclean(worlds.job(ended(because("Other", Step.ROLLBACK, Outcome.PLAN_CHANGED)))))
          .isEqualTo("Permanent/Other");
      assertThat(unclean(worlds.job(endedWithout("OOMKilled")))).isEqualTo("Transient/NoResult");
      assertThat(unclean(worlds.job(new JobView.Absent()))).isEqualTo("Transient/JobVanished");
      assertThat(unclean(claimed().startBy("2026-11-25T08:59:00Z").job(waiting(""))))
          .isEqualTo("Permanent/JobNotStarted");
      assertThat(unclean(claimed().endBy("2026-11-25T08:59:00Z").job(running())))
          .isEqualTo("Permanent/JobTimedOut");
      assertThat(unclean(claimed().job(running()).aboutRun("Abort", Worlds.RUN_UID, "Accepted")))
          .isEqualTo("Permanent/Aborted");
    }

    private String unclean(Worlds worlds) {
      Decision decision = worlds.decide();

      assertThat(decision.status().phase()).isEqualTo("RollingBack");
      assertThat(decision.again()).isTrue();
      return decision.status().run().rollback().kind()
          + "/"
          + decision.status().run().rollback().reason();
    }
  }

  @Nested
  class TheReading {

    private Worlds read(String cause, RunnerResult reading) {
      return Worlds.rollingBack()
          .rollbackFailed(cause)
          .claimed(Step.INSPECT, Worlds.JOB_UID)
          .job(ended(reading));
    }

    @Test
    void theRollbackJobIsOverBeforeAnythingIsRead() {
      Worlds claimed =
          Worlds.rollingBack().rollbackFailed("Transient").claimed(Step.ROLLBACK, Worlds.JOB_UID);

      assertThat(claimed.job(running()).decide().effects())
          .containsExactly(new Effect.DeleteJob(Worlds.JOB));
      assertThat(claimed.job(new JobView.Absent()).decide().status().run().job()).isNull();
      assertThat(
              effect(
                      Worlds.rollingBack().rollbackFailed("Transient").decide(),
                      Effect.CreateJob.class)
                  .steps())
          .containsExactly(Step.INSPECT);
    }

    @Test
    void nothingInIsRolledBack() {
      Decision decision = read("Permanent", at("6", Step.INSPECT, Outcome.UNTOUCHED)).decide();

      assertThat(end(decision)).isEqualTo("RolledBack/RolledBack");
      assertThat(decision.status().hold()).isEqualTo(Worlds.HASH);
    }

    @Test
    void afterATransientCauseWhatIsStillInIsUndoneByAnotherJob() {
      Decision decision = read("Transient", partly(1, "7")).decide();

      assertThat(end(decision)).isEqualTo("RollingBack/Retrying");
      assertThat(decision.status().run().failures()).isEqualTo(1);
      assertThat(decision.status().run().rollback()).isNull();
      assertThat(decision.status().run().retryAt()).isEqualTo("2026-11-25T09:00:02Z");
    }

    @Test
    void whatIsStillInAfterThatIsNamed() {
      Decision permanent = read("Permanent", partly(1, "7")).decide();
      Decision exhausted = read("Transient", partly(1, "7")).failures(2).decide();

      assertThat(end(exhausted)).isEqualTo("Failed/RollbackFailed");
      assertThat(end(permanent)).isEqualTo("Failed/RollbackFailed");
      assertThat(permanent.status().message())
          .startsWith(
              "the migrate Job broke. Rolling back: the rollback Job broke. 1 of 2 revisions are"
                  + " in, the last is 7");
      assertThat(permanent.status().hold()).isNull();
    }

    @Test
    void whatTheHistoryMayNotTellNeedsAPersonToo() {
      Decision decision = read("Unclear", at("6", Step.INSPECT, Outcome.UNTOUCHED)).decide();

      assertThat(end(decision)).isEqualTo("Unresolved/UndoBroke");
    }

    @Test
    void whatIsNotKnownNeedsAPersonAndARetryReadsAgainForTheRollback() {
      Decision unknown = read("Transient", result(Step.INSPECT, Outcome.UNKNOWN)).decide();
      Decision retried =
          Worlds.in(Phase.UNRESOLVED)
              .rollsBack()
              .rollbackFailed("Transient")
              .retryAnnotation("new")
              .decide();

      assertThat(end(unknown)).isEqualTo("Unresolved/Unknown");
      assertThat(end(retried)).isEqualTo("RollingBack/InspectingAgain");
    }
  }

  @Nested
  class OnHold {

    @Test
    void theSameContentDoesNotRunAgainNotEvenInOnePod() {
      Decision planned = Worlds.in(Phase.PLANNING).planned().hold(Worlds.HASH).decide();
      Decision together =
          Worlds.in(Phase.PLANNING)
              .ungated()
              .planned()
              .plannedAt("2026-11-25T09:00:00Z")
              .hold(Worlds.HASH)
              .holding()
              .shared()
              .claimed(Step.MIGRATE, Worlds.JOB_UID)
              .job(running())
              .decide();

      assertThat(end(planned)).isEqualTo("Failed/OnHold");
      assertThat(together.status().phase()).isEqualTo("Planning");
      assertThat(effect(together, Effect.AnnotatePod.class))
          .isEqualTo(new Effect.AnnotatePod("pod-1", "refused"));
    }

    @Test
    void aRetryClearsIt() {
      Decision decision =
          Worlds.in(Phase.ROLLED_BACK).hold(Worlds.HASH).retryAnnotation("new").decide();

      assertThat(decision.status().phase()).isEqualTo("Planning");
      assertThat(decision.status().hold()).isNull();
    }

    @Test
    void atRestItKeepsSayingWhatBecameOfThePlan() {
      Decision decision =
          Worlds.in(Phase.ROLLED_BACK).reason("RolledBack").planState("Dispatched").decide();

      assertThat(planState(decision)).isEqualTo("RolledBack");
    }
  }
}
