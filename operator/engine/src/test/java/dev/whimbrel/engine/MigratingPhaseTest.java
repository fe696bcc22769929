package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.because;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.endedWithout;
import static dev.whimbrel.engine.Results.failed;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.result;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static dev.whimbrel.engine.Results.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MigratingPhaseTest {

  @Nested
  class BeforeDispatch {

    private Worlds approved() {
      return Worlds.in(Phase.MIGRATING).approve("anna");
    }

    @Test
    void leaseFinalizerAndDetachedPlanComeBeforeTheJob() {
      Decision decision = approved().planOwned().decide();

      assertThat(decision.effects())
          .containsExactly(
              new Effect.AcquireLease(decision.status().run().lease(), Optional.empty()),
              new Effect.AddFinalizer(),
              new Effect.DetachPlan(Worlds.PLAN));
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.again()).isTrue();
    }

    @Test
    void onlyWhatIsMissingIsTaken() {
      Decision decision = approved().finalizer().decide();

      assertThat(decision.effects())
          .containsExactly(
              new Effect.AcquireLease(decision.status().run().lease(), Optional.empty()));
    }

    @Test
    void onceAllAreHeldTheJobIsDispatched() {
      Decision decision = approved().holding().decide();

      Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
      assertThat(job.name()).endsWith("-migrate-4");
      assertThat(job.steps()).containsExactly(Step.MIGRATE, Step.VERIFY);
      assertThat(job.plan()).isTrue();
      assertThat(job.owned()).isFalse();
      assertThat(job.deadline()).isEqualTo(Duration.ofMinutes(31));
      assertThat(planState(decision)).isEqualTo("Dispatched");
      assertThat(decision.status().run().dispatched()).isTrue();
      assertThat(decision.status().run().job().name()).isEqualTo(job.name());
      assertThat(decision.status().run().endBy()).isEqualTo("2026-11-25T09:38:00Z");
    }

    @Test
    void aPlanWithAnOnlineRevisionGetsTheLongDeadline() {
      Decision decision = approved().holding().online().decide();

      assertThat(effect(decision, Effect.CreateJob.class).deadline())
          .isEqualTo(Duration.ofHours(24).plusMinutes(1));
    }

    @Test
    void aPlanThatIsNoLongerApprovedWaitsForPeopleAgain() {
      Decision decision = Worlds.in(Phase.MIGRATING).holding().decide();

      assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void aBackupThatHasBecomeTooOldIsTakenAgain() {
      Decision decision = approved().backupStarted("2026-11-24T09:00:00Z").holding().decide();

      assertThat(end(decision)).isEqualTo("BackingUp/BackingUp");
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void anApprovalThatHasExpiredIsNotUsed() {
      Decision decision = approved().expiresAt("2026-11-25T09:00:00Z").holding().decide();

      assertThat(end(decision)).isEqualTo("Rejected/Expired");
      assertThat(planState(decision)).isEqualTo("Expired");
    }

    @Test
    void aRejectionInTheLastMomentEndsTheRun() {
      Decision decision =
          approved()
              .holding()
              .about(
                  "Reject",
                  "ben",
                  new ApprovedPlan(Worlds.PLAN, Worlds.PLAN_UID, Worlds.HASH),
                  null)
              .decide();

      assertThat(end(decision)).isEqualTo("Rejected/Rejected");
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void aPlanThatWasDeletedIsMadeAgain() {
      Decision decision = approved().planNotSeen().holding().decide();

      assertThat(end(decision)).isEqualTo("Planning/PlanLost");
      assertThat(decision.status().plan()).isNull();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    }

    @Test
    void aPlanThatWasDispatchedBeforeSaysThatNothingIsInBeforeTheFinalizerGoes() {
      Decision decision = approved().planState("Dispatched").holding().suspended().decide();

      Effect.RecordPlan record = effect(decision, Effect.RecordPlan.class);
      assertThat(decision.effects().getFirst()).isEqualTo(record);
      assertThat(record.name()).isEqualTo(Worlds.PLAN);
      assertThat(record.state()).isEqualTo("Pending");
      assertThat(record.message()).isEqualTo("It was dispatched, and nothing of it is in");
      assertThat(decision.effects().getLast()).isEqualTo(new Effect.RemoveFinalizer());
    }

    @Test
    void aSuspendedMigrationIsNotDispatchedAndHoldsNothing() {
      Decision decision = approved().suspended().holding().decide();

      assertThat(end(decision)).isEqualTo("Migrating/Suspended");
      assertThat(startsJob(decision)).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
      assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
    }

    @Test
    void aRetryWaitsForItsTime() {
      Decision decision = approved().holding().retryAt("2026-11-25T09:00:04Z").decide();

      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:04Z"));
    }

    @Test
    void anAbortedRunIsNotDispatched() {
      Decision decision =
          approved().holding().aboutRun("Abort", Worlds.RUN_UID, "Accepted").decide();

      assertThat(end(decision)).isEqualTo("Failed/Aborted");
    }
  }

  @Nested
  class TheLeaseOfAnother {

    private Worlds other(boolean atRest) {
      return Worlds.in(Phase.MIGRATING)
          .approve("anna")
          .lease(new World.LeaseView.Other("other-uid/1-1", "shop/other", atRest));
    }

    @Test
    void whileTheOtherRunsThisOneIsQueued() {
      Decision decision = other(false).decide();

      assertThat(end(decision)).isEqualTo("Migrating/Queued");
      assertThat(decision.status().message())
          .isEqualTo(
              "Waiting for shop/other, which is changing database kotori on"
                  + " kotori-io:us-central1:kotori-db");
      assertThat(decision.effects()).isEmpty();
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:05Z"));
    }

    @Test
    void aHolderAtRestIsOnlyReplacedAfterTheDatabaseWasInspected() {
      Decision decision = other(true).decide();

      Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
      assertThat(job.steps()).containsExactly(Step.INSPECT);
      assertThat(job.plan()).isTrue();
      assertThat(job.owned()).isTrue();
      assertThat(effects(decision, Effect.AcquireLease.class)).isEmpty();
    }

    @Test
    void aCleanReadingNamesTheHolderThatMayBeReplaced() {
      Decision decision =
          other(true)
              .claimed(Step.INSPECT, Worlds.JOB_UID)
              .job(ended(result(Step.INSPECT, Outcome.UNTOUCHED)))
              .decide();

      assertThat(decision.status().run().takeover()).isEqualTo("other-uid/1-1");
      assertThat(decision.status().run().job()).isNull();
      assertThat(effects(decision, Effect.AcquireLease.class)).isEmpty();
    }

    @Test
    void afterACleanReadingTheLeaseIsTakenFromThatHolder() {
      Decision decision = other(true).takeover("other-uid/1-1").decide();

      assertThat(effect(decision, Effect.AcquireLease.class).from()).hasValue("other-uid/1-1");
      assertThat(decision.status().run().dispatched()).isFalse();
    }

    @Test
    void aReadingForOneHolderDoesNotOpenTheLeaseOfTheNext() {
      Decision decision = other(true).takeover("third-uid/1-1").decide();

      assertThat(effects(decision, Effect.AcquireLease.class)).isEmpty();
      assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.INSPECT);
    }

    @Test
    void aSessionThatIsLeftIsWaitedFor() {
      Decision decision =
          other(true)
              .claimed(Step.INSPECT, Worlds.JOB_UID)
              .job(ended(result(Step.INSPECT, Outcome.WAITING_FOR_ORPHAN)))
              .decide();

      assertThat(end(decision)).isEqualTo("Migrating/WaitingForOrphan");
      assertThat(decision.status().run().retryAt()).isEqualTo("2026-11-25T09:00:02Z");
      assertThat(decision.status().run().failures()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
        value = Outcome.class,
        names = {"UP_TO_DATE", "PARTIAL", "UNKNOWN"})
    void aDatabaseThatIsNotAsPlannedIsPlannedAgain(Outcome outcome) {
      Decision decision =
          other(true)
              .claimed(Step.INSPECT, Worlds.JOB_UID)
              .job(ended(result(Step.INSPECT, outcome)))
              .decide();

      assertThat(end(decision)).isEqualTo("Planning/StaleHistory");
      assertThat(decision.status().run().stale()).isEqualTo(1);
    }

    @Test
    void anInspectionThatCannotSucceedEndsTheRun() {
      Decision decision =
          other(true)
              .claimed(Step.INSPECT, Worlds.JOB_UID)
              .job(ended(failed(Step.INSPECT, Kind.PERMANENT, "AccessDenied")))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/AccessDenied");
    }
  }

  @Nested
  class UnderWay {

    @Test
    void aRunningJobIsOnlyWatched() {
      Decision decision = Worlds.dispatched().job(running()).decide();

      assertThat(end(decision)).isEqualTo("Migrating/Migrating");
      assertThat(decision.effects()).isEmpty();
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:15Z"));
    }

    @Test
    void neitherDeletionNorSpecNorSuspendNorSourceNorRetryStopsIt() {
      Decision decision =
          Worlds.dispatched()
              .deleted()
              .specChanged()
              .suspended()
              .sourceDigest("other")
              .retryAnnotation("new")
              .job(running())
              .decide();

      assertThat(end(decision)).isEqualTo("Migrating/Migrating");
      assertThat(decision.effects()).isEmpty();
      assertThat(decision.status().run().id()).isEqualTo("4-1");
      assertThat(decision.status().observedGeneration()).isEqualTo(4);
    }

    @Test
    void anApprovalThatIsDeletedLaterDoesNotStopIt() {
      Worlds world =
          Worlds.in(Phase.MIGRATING).claimed(Step.MIGRATE, Worlds.JOB_UID).holding().inFlight();

      assertThat(end(world.job(running()).decide())).isEqualTo("Migrating/Migrating");
    }

    @Test
    void aSharedPodThatHasNotHeardItYetIsToldAgain() {
      JobView deaf = new JobView.Running(Worlds.JOB_UID, "pod-1", Optional.empty(), "");
      JobView told = new JobView.Running(Worlds.JOB_UID, "pod-1", Optional.empty(), Worlds.HASH);

      assertThat(Worlds.dispatched().shared().job(deaf).decide().effects())
          .containsExactly(new Effect.AnnotatePod("pod-1", "sha256:9f2c"));
      assertThat(Worlds.dispatched().shared().job(told).decide().effects()).isEmpty();
    }

    @Test
    void aPersonsAbortLeadsToRecovering() {
      Decision decision =
          Worlds.dispatched().aboutRun("Abort", Worlds.RUN_UID, "Accepted").job(running()).decide();

      assertThat(end(decision)).isEqualTo("Recovering/Aborted");
      assertThat(decision.status().run().cause().kind()).isEqualTo("Permanent");
    }

    @Test
    void anAbortThatComesAfterTheEndChangesNothing() {
      Decision decision =
          Worlds.dispatched()
              .aboutRun("Abort", Worlds.RUN_UID, "Accepted")
              .job(ended(at("8", Step.VERIFY, Outcome.VERIFIED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
    }

    @Test
    void pastItsEndTheDatabaseIsInspected() {
      Decision decision = Worlds.dispatched().endBy("2026-11-25T08:59:59Z").job(running()).decide();

      assertThat(end(decision)).isEqualTo("Recovering/DeadlineExceeded");
      assertThat(decision.status().run().cause().kind()).isEqualTo("Permanent");
      assertThat(decision.status().run().dispatched()).isTrue();
    }

    @Test
    void aJobThatDidNotStartInTimeIsRecoveredFromAndSaysWhy() {
      Decision decision =
          Worlds.dispatched()
              .startBy("2026-11-25T08:59:59Z")
              .job(waiting("ImagePullBackOff"))
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobNotStarted");
      assertThat(decision.status().run().cause().message()).contains("ImagePullBackOff");
    }

    @Test
    void oneThatWaitsToStartSaysForWhat() {
      Decision decision = Worlds.dispatched().job(waiting("ImagePullBackOff")).decide();

      assertThat(decision.status().phase()).isEqualTo("Migrating");
      assertThat(decision.status().message()).endsWith("waits to start: ImagePullBackOff");
    }

    @Test
    void oneThatWasNeverSeenIsCreatedAgainUnderItsName() {
      Decision decision =
          Worlds.dispatched().claimed(Step.MIGRATE, null).job(new JobView.Absent()).decide();

      assertThat(effect(decision, Effect.CreateJob.class).name()).isEqualTo(Worlds.JOB);
      assertThat(decision.status().run().waits()).isEqualTo(1);
    }

    @Test
    void oneThatWasSeenAndIsGoneIsNeverCreatedAgain() {
      Decision decision = Worlds.dispatched().job(new JobView.Absent()).decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobVanished");
      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.status().run().cause().kind()).isEqualTo("Transient");
    }

    @Test
    void oneThatWasNeverSeenIsNotCreatedFromAnotherSpec() {
      Decision decision =
          Worlds.dispatched()
              .claimed(Step.MIGRATE, null)
              .specChanged()
              .job(new JobView.Absent())
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobVanished");
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void oneThatWasNeverSeenIsNotCreatedWithoutItsPlan() {
      Decision decision =
          Worlds.dispatched()
              .claimed(Step.MIGRATE, null)
              .planNotSeen()
              .job(new JobView.Absent())
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobVanished");
    }

    @Test
    void aSharedPodThatIsGoneIsRecoveredFrom() {
      Decision decision =
          Worlds.dispatched()
              .shared()
              .claimed(Step.MIGRATE, null)
              .job(new JobView.Absent())
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobVanished");
      assertThat(decision.status().run().shared()).isFalse();
    }

    @Test
    void aStatusThatNamesNoJobIsRecoveredFrom() {
      Decision decision = Worlds.dispatched().job(new JobView.None()).decide();

      assertThat(end(decision)).isEqualTo("Recovering/JobVanished");
    }
  }

  @Nested
  class TheEnd {

    @Test
    void verifiedMeansSucceeded() {
      Decision decision =
          Worlds.dispatched().job(ended(at("8", Step.VERIFY, Outcome.VERIFIED))).decide();

      assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
      assertThat(planState(decision)).isEqualTo("Applied");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.status().run().lease()).isNull();
      assertThat(decision.status().message())
          .isEqualTo(
              "The database is at revision 8; 2 revision(s) of plan kotori-4-9f2c81d07a are in,"
                  + " verified");
      assertThat(decision.status().history().getFirst().phase()).isEqualTo("Succeeded");
      assertThat(decision.status().history().getFirst().from()).isEqualTo("6");
      assertThat(decision.status().history().getFirst().to()).isEqualTo("8");
    }

    @Test
    void aSuccessOfTheSpecBeforeIsNotThatOfTheNewOne() {
      Decision decision =
          Worlds.dispatched()
              .specChanged()
              .job(ended(at("8", Step.VERIFY, Outcome.VERIFIED)))
              .decide();

      assertThat(decision.status().phase()).isEqualTo("Succeeded");
      assertThat(decision.status().observedGeneration()).isEqualTo(4);
      assertThat(decision.status().verified()).isNull();
    }

    @Test
    void aFailedVerificationLeavesTheSchemaAsItIs() {
      Decision decision =
          Worlds.dispatched()
              .job(ended(at("8", Step.VERIFY, Outcome.VERIFICATION_FAILED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/VerificationFailed");
      assertThat(planState(decision)).isEqualTo("Applied");
      assertThat(decision.status().message()).endsWith("at revision 8; it was not changed back");
    }

    @Test
    void migratedButNotVerifiedIsVerified() {
      Decision migrated =
          Worlds.dispatched().job(ended(at("8", Step.MIGRATE, Outcome.MIGRATED))).decide();
      Decision verifyBroke =
          Worlds.dispatched()
              .job(ended(failed(Step.VERIFY, Kind.TRANSIENT, "Unreachable")))
              .decide();

      assertThat(end(migrated)).isEqualTo("Verifying/Verifying");
      assertThat(migrated.status().currentRevision()).isEqualTo("8");
      assertThat(effects(migrated, Effect.AdoptJob.class)).hasSize(1);
      assertThat(end(verifyBroke)).isEqualTo("Verifying/Verifying");
    }

    @ParameterizedTest
    @CsvSource({"StaleHistory", "StaleSchema", "StaleContent", "StaleOrder"})
    void aPlanThatChangedIsMadeAgain(String reason) {
      Decision decision =
          Worlds.dispatched()
              .job(ended(because(reason, Step.MIGRATE, Outcome.PLAN_CHANGED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Planning/" + reason);
      assertThat(planState(decision)).isEqualTo("Superseded");
      assertThat(decision.status().plan()).isNull();
      assertThat(decision.status().run().stale()).isEqualTo(1);
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
      assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
    }

    @Test
    void aReadingThatOpenedALeaseBeforeDoesNotOpenItForTheNextPlan() {
      Decision decision =
          Worlds.dispatched()
              .takeover("other-uid/1-1")
              .job(ended(because("StaleSchema", Step.MIGRATE, Outcome.PLAN_CHANGED)))
              .decide();

      assertThat(decision.status().run().takeover()).isNull();
    }

    @Test
    void theWaitsOfOneJobDoNotSlowDownTheNext() {
      Decision decision =
          Worlds.dispatched().waits(4).job(ended(at("8", Step.MIGRATE, Outcome.MIGRATED))).decide();

      assertThat(end(decision)).isEqualTo("Verifying/Verifying");
      assertThat(decision.status().run().waits()).isZero();
    }

    @Test
    void twoStaleResultsInARowEndTheRun() {
      Decision decision =
          Worlds.dispatched()
              .stale(1)
              .job(ended(because("StaleSchema", Step.MIGRATE, Outcome.PLAN_CHANGED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/StaleSchema");
      assertThat(decision.status().message()).contains("twice in a row; nothing ran");
      assertThat(planState(decision)).isEqualTo("Superseded");
    }

    @Test
    void aJobThatMayHaveRunTwiceMayBeWhatMadeItsPlanStale() {
      Decision decision =
          Worlds.dispatched()
              .waits(1)
              .stale(1)
              .job(ended(because("StaleHistory", Step.MIGRATE, Outcome.PLAN_CHANGED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/StaleHistory");
      assertThat(decision.status().run().stale()).isZero();
    }

    @Test
    void aSharedPodThatWasToldTooLateLeavesItsPlanToAMigrateJob() {
      Decision decision =
          Worlds.dispatched().shared().job(ended(result(Step.PLAN, Outcome.PLANNED))).decide();

      assertThat(decision.status().phase()).isEqualTo("Migrating");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.status().run().shared()).isFalse();
      assertThat(decision.status().run().job()).isNull();
      assertThat(decision.again()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
      "TRANSIENT,ConnectionLost,Transient",
      "PERMANENT,SqlError,Permanent",
      "STOPPED,BlockedSessions,Transient",
      "STOPPED,DeadlineExceeded,Permanent",
      "UNCLEAR,NotOneTransaction,Unclear",
      ",Unheard,Permanent"
    })
    void aFailureIsRecoveredFromWithItsCause(Kind kind, String reason, String cause) {
      Decision decision =
          Worlds.dispatched().job(ended(failed(Step.MIGRATE, kind, reason))).decide();

      assertThat(end(decision)).isEqualTo("Recovering/" + reason);
      assertThat(decision.status().run().cause().kind()).isEqualTo(cause);
      assertThat(decision.status().run().cause().message()).isEqualTo("it broke");
      assertThat(decision.status().run().dispatched()).isTrue();
      assertThat(effects(decision, Effect.ReleaseLease.class)).isEmpty();
    }

    @Test
    void anEndWithoutAResultIsRecoveredFrom() {
      Decision decision = Worlds.dispatched().job(endedWithout("OOMKilled")).decide();

      assertThat(end(decision)).isEqualTo("Recovering/NoResult");
      assertThat(decision.status().run().cause().message()).endsWith("(OOMKilled)");
    }

    @ParameterizedTest
    @CsvSource({"4-2,3", "4-1,2"})
    void aResultOfAnotherRunOrAttemptIsNoResult(String run, int attempt) {
      Decision decision =
          Worlds.dispatched()
              .job(ended(Results.of(run, attempt, Step.VERIFY, Outcome.VERIFIED)))
              .decide();

      assertThat(end(decision)).isEqualTo("Recovering/NoResult");
    }

    @Test
    void anOutcomeThatIsNoAnswerOfAMigrateJobIsRecoveredFrom() {
      Decision decision =
          Worlds.dispatched().job(ended(result(Step.MIGRATE, Outcome.BACKED_UP))).decide();

      assertThat(end(decision)).isEqualTo("Recovering/UnexpectedOutcome");
      assertThat(decision.status().run().cause().kind()).isEqualTo("Permanent");
    }
  }
}
