package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.document;
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

import dev.whimbrel.api.v1alpha1.Finding;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanningPhaseTest {

  private static Worlds planning() {
    return Worlds.in(Phase.PLANNING);
  }

  private static Worlds claimed() {
    return planning().claimed(Step.PLAN, Worlds.JOB_UID);
  }

  @Test
  void aNewMigrationStartsItsFirstRunByPlanning() {
    Decision decision = Worlds.fresh().decide();

    assertThat(end(decision)).isEqualTo("Planning/Planning");
    assertThat(decision.status().run().id()).isEqualTo("4-1");
    assertThat(decision.status().run().startedAt()).isEqualTo("2026-11-25T09:00:00Z");
    assertThat(decision.status().observedGeneration()).isEqualTo(4);
    assertThat(decision.again()).isTrue();
    assertThat(startsJob(decision)).isFalse();
  }

  @Test
  void aRetryAnnotationThatWasThereFromTheBeginningIsHandledByTheFirstRun() {
    Decision decision = Worlds.fresh().retryAnnotation("one").decide();

    assertThat(decision.status().lastHandledRetry()).isEqualTo("one");
    assertThat(decision.status().run().id()).isEqualTo("4-1");
  }

  @Nested
  class BeforeThePlanJob {

    @Test
    void theJobIsNamedInTheStatusBeforeItIsCreated() {
      Decision decision = planning().decide();

      Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
      assertThat(job.name()).startsWith("kotori-").endsWith("-plan-4");
      assertThat(job.attempt()).isEqualTo(4);
      assertThat(job.steps()).containsExactly(Step.PLAN);
      assertThat(job.plan()).isFalse();
      assertThat(job.gate()).isEmpty();
      assertThat(job.owned()).isTrue();
      assertThat(job.deadline()).isEqualTo(Duration.ofMinutes(10));
      assertThat(decision.status().run().job().name()).isEqualTo(job.name());
      assertThat(decision.status().run().job().uid()).isNull();
      assertThat(decision.status().run().startBy()).isEqualTo("2026-11-25T09:05:00Z");
      assertThat(decision.status().run().endBy()).isEqualTo("2026-11-25T09:17:00Z");
    }

    @Test
    void aSuspendedMigrationStartsNoJobAndHoldsNothing() {
      Decision decision = planning().suspended().holding().decide();

      assertThat(end(decision)).isEqualTo("Planning/Suspended");
      assertThat(startsJob(decision)).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
      assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:01:00Z"));
    }

    @Test
    void aSuspendedMigrationStillReadsTheJobThatItHadStarted() {
      Decision decision =
          claimed()
              .suspended()
              .job(ended(result(Step.PLAN, Outcome.PLANNED), document("Medium")))
              .decide();

      assertThat(effects(decision, Effect.CreatePlan.class)).hasSize(1);
    }

    @Test
    void aHistoryTableThatBelongsToAnotherMigrationIsNotTouched() {
      Decision decision = planning().claimedBy("shop/first").decide();

      assertThat(end(decision)).isEqualTo("Failed/DatabaseClaimed");
      assertThat(decision.status().message())
          .contains("shop/first")
          .contains("flyway_schema_history")
          .contains("delete one of the two");
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void withAlembicADatabaseHasOneMigration() {
      Decision decision = planning().alembic().claimedBy("shop/first").decide();

      assertThat(decision.status().message())
          .isEqualTo(
              "DatabaseMigration shop/first already migrates database kotori on"
                  + " kotori-io:us-central1:kotori-db with Alembic: delete one of the two");
    }

    @Test
    void aConfigMapGetsAMomentToAppear() {
      Decision decision =
          planning().missing("kotori-sql-1").startedAt("2026-11-25T08:59:41Z").decide();

      assertThat(end(decision)).isEqualTo("Planning/SourceNotFound");
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:02Z"));
    }

    @Test
    void aConfigMapThatDoesNotAppearEndsTheRun() {
      Decision decision =
          planning().missing("kotori-sql-1").startedAt("2026-11-25T08:59:40Z").decide();

      assertThat(end(decision)).isEqualTo("Failed/SourceNotFound");
      assertThat(decision.status().message()).contains("ConfigMap kotori-sql-1");
    }

    @Test
    void anAbortedRunStartsNoFurtherJob() {
      Decision decision = planning().aboutRun("Abort", Worlds.RUN_UID, "Accepted").decide();

      assertThat(end(decision)).isEqualTo("Failed/Aborted");
      assertThat(startsJob(decision)).isFalse();
    }
  }

  @Nested
  class ThePlanJob {

    @Test
    void oneThatWasNeverSeenIsCreatedAgainUnderItsName() {
      Decision decision = planning().claimed(Step.PLAN, null).job(new JobView.Absent()).decide();

      assertThat(effect(decision, Effect.CreateJob.class).name()).isEqualTo(Worlds.JOB);
      assertThat(decision.status().run().attempt()).isEqualTo(3);
      assertThat(decision.status().run().failures()).isZero();
    }

    @Test
    void oneThatWasSeenAndIsGoneIsNeverCreatedAgainUnderItsName() {
      Decision decision = claimed().job(new JobView.Absent()).decide();

      assertThat(end(decision)).isEqualTo("Planning/JobVanished");
      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.status().run().job()).isNull();
      assertThat(decision.status().run().failures()).isEqualTo(1);
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:02Z"));
    }

    @Test
    void itsUidIsRememberedOnceItIsSeen() {
      Decision decision = planning().claimed(Step.PLAN, null).job(waiting("Pulling")).decide();

      assertThat(decision.status().run().job().uid()).isEqualTo(Worlds.JOB_UID);
      assertThat(decision.status().message())
          .isEqualTo("Job " + Worlds.JOB + " waits to start: Pulling");
    }

    @Test
    void oneWithoutARunningPodInTimeIsDeletedAndSaysWhy() {
      Decision decision =
          claimed()
              .startBy("2026-11-25T08:59:59Z")
              .job(waiting("0/3 nodes are available"))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/JobNotStarted");
      assertThat(effect(decision, Effect.DeleteJob.class).name()).isEqualTo(Worlds.JOB);
      assertThat(decision.status().message())
          .contains("(300s)")
          .contains("0/3 nodes are available");
    }

    @Test
    void oneThatDoesNotEndInTimeIsDeletedAndTriedAgain() {
      Decision decision = claimed().endBy("2026-11-25T08:59:59Z").job(running()).decide();

      assertThat(end(decision)).isEqualTo("Planning/JobTimedOut");
      assertThat(effects(decision, Effect.DeleteJob.class)).hasSize(1);
    }

    @Test
    void anEndWithoutAResultIsTriedAgainAndSaysWhatKubernetesSays() {
      Decision decision = claimed().job(endedWithout("OOMKilled")).decide();

      assertThat(end(decision)).isEqualTo("Planning/NoResult");
      assertThat(decision.status().message())
          .isEqualTo(
              "Job " + Worlds.JOB + " ended without a result (OOMKilled); trying again in 2s");
    }

    @ParameterizedTest
    @CsvSource({"4-2,3", "4-1,2"})
    void aResultOfAnotherRunOrAttemptIsNoResult(String run, int attempt) {
      Decision decision =
          claimed()
              .job(ended(Results.of(run, attempt, Step.PLAN, Outcome.NOTHING_PENDING)))
              .decide();

      assertThat(end(decision)).isEqualTo("Planning/NoResult");
    }

    @ParameterizedTest
    @CsvSource({"0,2", "1,4", "2,8", "3,16", "4,32", "5,60", "9,60"})
    void theWaitDoublesFromTwoSecondsToAMinute(int failuresBefore, int seconds) {
      Decision decision =
          claimed()
              .retries(10)
              .failures(failuresBefore)
              .job(ended(failed(Step.PLAN, Kind.TRANSIENT, "Unreachable")))
              .decide();

      assertThat(end(decision)).isEqualTo("Planning/Unreachable");
      assertThat(decision.status().run().failures()).isEqualTo(failuresBefore + 1);
      assertThat(decision.status().run().retryAt())
          .isEqualTo(Worlds.NOW.plusSeconds(seconds).toString());
    }

    @Test
    void nothingIsStartedBeforeTheWaitIsOver() {
      Decision decision = planning().failures(1).retryAt("2026-11-25T09:00:03Z").decide();

      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:03Z"));
    }

    @Test
    void theNextJobIsStartedWhenTheWaitIsOver() {
      Decision decision = planning().failures(1).retryAt("2026-11-25T09:00:00Z").decide();

      assertThat(startsJob(decision)).isTrue();
      assertThat(decision.status().run().retryAt()).isNull();
    }

    @Test
    void whenNoRetriesAreLeftTheRunFails() {
      Decision decision =
          claimed()
              .retries(2)
              .failures(2)
              .job(ended(failed(Step.PLAN, Kind.TRANSIENT, "Unreachable")))
              .decide();

      assertThat(end(decision)).isEqualTo("Failed/Unreachable");
      assertThat(decision.status().message()).isEqualTo("it broke (after 3 attempts)");
    }

    @ParameterizedTest
    @CsvSource({"Dirty", "Modified", "OutOfOrder", "Ahead"})
    void aHistoryThatCannotBeTrustedEndsTheRunAtOnce(String reason) {
      Decision decision = claimed().job(ended(failed(Step.PLAN, Kind.PERMANENT, reason))).decide();

      assertThat(end(decision)).isEqualTo("Failed/" + reason);
      assertThat(decision.status().message()).isEqualTo("it broke");
    }

    @Test
    void anOutcomeThatIsNoAnswerOfAPlanJobEndsTheRun() {
      Decision decision = claimed().job(ended(result(Step.PLAN, Outcome.BACKED_UP))).decide();

      assertThat(end(decision)).isEqualTo("Failed/UnexpectedOutcome");
    }
  }

  @Nested
  class NothingPending {

    @Test
    void withoutChecksItHasSucceeded() {
      Decision decision =
          claimed().job(ended(at("8", Step.PLAN, Outcome.NOTHING_PENDING))).decide();

      assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
      assertThat(decision.status().message())
          .isEqualTo("The database is at revision 8; nothing is pending, verified");
      assertThat(decision.status().currentRevision()).isEqualTo("8");
    }

    @Test
    void checksThatDidNotPassYetAreMade() {
      Decision decision =
          claimed()
              .check("SELECT true")
              .job(ended(at("8", Step.PLAN, Outcome.NOTHING_PENDING)))
              .decide();

      assertThat(end(decision)).isEqualTo("Verifying/Verifying");
    }

    @Test
    void checksThatPassedAtThisRevisionAreNotMadeAgain() {
      String verified =
          Worlds.in(Phase.VERIFYING)
              .check("SELECT true")
              .claimed(Step.VERIFY, Worlds.JOB_UID)
              .job(ended(at("8", Step.VERIFY, Outcome.VERIFIED)))
              .decide()
              .status()
              .verified();

      Decision same =
          claimed()
              .check("SELECT true")
              .verified(verified)
              .job(ended(at("8", Step.PLAN, Outcome.NOTHING_PENDING)))
              .decide();
      Decision otherCheck =
          claimed()
              .check("SELECT 1 = 1")
              .verified(verified)
              .job(ended(at("8", Step.PLAN, Outcome.NOTHING_PENDING)))
              .decide();
      Decision otherRevision =
          claimed()
              .check("SELECT true")
              .verified(verified)
              .job(ended(at("9", Step.PLAN, Outcome.NOTHING_PENDING)))
              .decide();

      assertThat(end(same)).isEqualTo("Succeeded/Succeeded");
      assertThat(end(otherCheck)).isEqualTo("Verifying/Verifying");
      assertThat(end(otherRevision)).isEqualTo("Verifying/Verifying");
    }
  }

  @Nested
  class ThePlanObject {

    private final Worlds made =
        claimed().job(ended(result(Step.PLAN, Outcome.PLANNED), document("Medium")));

    @Test
    void itIsInTheStatusBeforeItIsCreated() {
      Decision decision = made.decide();

      Effect.CreatePlan plan = effect(decision, Effect.CreatePlan.class);
      assertThat(plan.name()).startsWith("kotori-4-");
      assertThat(plan.owned()).isTrue();
      assertThat(plan.spec()).isEqualTo(document("Medium"));
      assertThat(decision.status().phase()).isEqualTo("Planning");
      assertThat(decision.status().plan().name()).isEqualTo(plan.name());
      assertThat(decision.status().plan().uid()).isNull();
      assertThat(decision.status().plan().hash()).isEqualTo("sha256:9f2c");
      assertThat(decision.status().plan().revisions()).isEqualTo(2);
      assertThat(decision.again()).isTrue();
    }

    @Test
    void callbacksAreNotCountedAsRevisions() {
      MigrationPlanSpec plan = Results.withCallbacks(document("Medium"), List.of("a", "b"));

      Decision decision = claimed().job(ended(result(Step.PLAN, Outcome.PLANNED), plan)).decide();

      assertThat(decision.status().plan().revisions()).isEqualTo(2);
    }

    @Test
    void whereTheSourceIsEditedInPlaceItSaysSoAndHasTheSameHash() {
      MigrationPlanSpec noted =
          PlanRecord.noted(
              Worlds.in(Phase.PLANNING).sourceDigest("content-1").draft(), document("Medium"));
      assertThat(noted.findings()).extracting(Finding::rule).containsExactly("MutableSource");
      assertThat(noted.findings()).extracting(Finding::risk).containsExactly("Low");
      assertThat(noted.hash()).isEqualTo(document("Medium").hash());
      assertThat(noted.risk()).isEqualTo("Medium");
    }

    @Test
    void oneThatDoesNotSayYetThatItIsPendingIsMadeTo() {
      Decision silent = Worlds.in(Phase.PLANNING).planned().decide();
      Decision told = Worlds.in(Phase.PLANNING).planned().planState("Pending").decide();

      assertThat(effects(silent, Effect.CreatePlan.class)).hasSize(1);
      assertThat(effects(told, Effect.CreatePlan.class)).isEmpty();
    }

    @Test
    void aPlanThatComesOutTheSameAgainIsAnotherAndHasToBeApprovedAgain() {
      RunnerResult later = Results.of("4-1", 5, Step.PLAN, Outcome.PLANNED);

      Decision first = made.decide();
      Decision again = claimed().attempt(5).job(ended(later, document("Medium"))).decide();

      assertThat(again.status().plan().hash()).isEqualTo(first.status().plan().hash());
      assertThat(again.status().plan().name()).isNotEqualTo(first.status().plan().name());
    }

    @Test
    void itIsCreatedAgainFromItsJobUntilItIsSeen() {
      Decision first = made.decide();

      Decision second = made.after(first).decide();

      assertThat(effect(second, Effect.CreatePlan.class).name())
          .isEqualTo(first.status().plan().name());
      assertThat(second.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:01Z"));
    }

    @Test
    void whenItsJobIsGoneBeforeItWasRecordedItIsPlannedAgain() {
      Decision first = made.decide();

      Decision second = made.after(first).job(new JobView.Absent()).decide();

      assertThat(end(second)).isEqualTo("Planning/PlanLost");
      assertThat(second.status().plan()).isNull();
      assertThat(second.status().run().failures()).isEqualTo(1);
    }

    @Test
    void aLogThatDoesNotHoldThePlanMeansPlanningAgain() {
      Decision decision = claimed().job(ended(result(Step.PLAN, Outcome.PLANNED))).decide();

      assertThat(end(decision)).isEqualTo("Planning/PlanUnreadable");
      assertThat(decision.status().run().failures()).isEqualTo(1);
    }

    @Test
    void onceSeenItsUidIsRecordedAndItsJobIsForgotten() {
      Decision decision =
          claimed()
              .planned()
              .planUid(null)
              .job(ended(result(Step.PLAN, Outcome.PLANNED), document("Medium")))
              .decide();

      assertThat(decision.status().plan().uid()).isEqualTo("plan-uid");
      assertThat(decision.status().run().job()).isNull();
    }

    @Test
    void aBackupIsNextWhereThePolicyWantsOne() {
      assertThat(end(planning().planned().decide())).isEqualTo("BackingUp/BackingUp");
    }

    @Test
    void aPersonIsNextWhereNoBackupIsWanted() {
      Decision decision =
          planning().backupPolicy("Never", null, null).planned().expiresAt(null).decide();

      assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
      assertThat(decision.status().plan().expiresAt()).isEqualTo("2026-11-26T09:00:00Z");
    }

    @Test
    void migratingIsNextWhereNoGateIsLeft() {
      Decision decision =
          planning().backupPolicy("Never", null, null).risk("Low").planned().decide();

      assertThat(end(decision)).isEqualTo("Migrating/Migrating");
      assertThat(startsJob(decision)).isFalse();
    }

    @Test
    void anUnsafePlanEndsBeforeBackupAndApproval() {
      Decision decision = planning().planned().risk("Unsafe").decide();

      assertThat(end(decision)).isEqualTo("Failed/Unsafe");
      assertThat(planState(decision)).isEqualTo("Failed");
      assertThat(decision.status().message()).contains("adds a foreign key to users");
    }

    @Test
    void aPlanThatWasRolledBackIsOnHold() {
      Decision decision = planning().planned().hold(Worlds.HASH).decide();

      assertThat(end(decision)).isEqualTo("Failed/OnHold");
      assertThat(decision.status().message()).contains("change the source, or retry");
    }
  }

  @Nested
  class OnePodForAll {

    private Worlds ungated() {
      return planning().ungated();
    }

    private Worlds inOnePod() {
      return ungated().shared().holding().claimed(Step.MIGRATE, Worlds.JOB_UID);
    }

    @Test
    void leaseAndFinalizerAreHeldBeforeThePodIsStarted() {
      Decision decision = ungated().decide();

      assertThat(decision.effects())
          .containsExactly(
              new Effect.AcquireLease(decision.status().run().lease(), Optional.empty()),
              new Effect.AddFinalizer());
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.again()).isTrue();
    }

    @Test
    void onceTheyAreHeldThePodThatDoesAllIsDispatched() {
      Decision decision = ungated().holding().decide();

      Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
      assertThat(job.steps()).containsExactly(Step.PLAN, Step.MIGRATE, Step.VERIFY);
      assertThat(job.gate()).hasValue("High");
      assertThat(job.owned()).isFalse();
      assertThat(job.deadline()).isEqualTo(Duration.ofHours(24).plusMinutes(1));
      assertThat(decision.status().run().dispatched()).isTrue();
      assertThat(decision.status().run().shared()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"AtMedium,Low", "AtHigh,Medium", "Never,High"})
    void thePodMayGoOnUpToTheHighestRiskWithoutAGate(String approval, String gate) {
      Decision decision = ungated().approvalPolicy(approval, 1).holding().decide();

      assertThat(effect(decision, Effect.CreateJob.class).gate()).hasValue(gate);
    }

    @Test
    void whereEveryPlanMeetsAGateThePodOnlyPlans() {
      Decision decision = ungated().approvalPolicy("Always", 1).decide();

      assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.PLAN);
    }

    @Test
    void whileAnotherRunHoldsTheLeaseThePodOnlyPlans() {
      Decision decision =
          ungated().lease(new World.LeaseView.Other("other/1-1", "shop/other", false)).decide();

      assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.PLAN);
    }

    @Test
    void afterAFailureThePodOnlyPlans() {
      Decision decision = ungated().failures(1).decide();

      assertThat(effect(decision, Effect.CreateJob.class).steps()).containsExactly(Step.PLAN);
    }

    @Test
    void whatThePodPrintedIsRecordedWhileItWaits() {
      Decision decision = inOnePod().job(running(document("High"))).decide();

      assertThat(effect(decision, Effect.CreatePlan.class).owned()).isFalse();
      assertThat(decision.status().phase()).isEqualTo("Planning");
    }

    @Test
    void thePodIsToldToGoOnOnceThePlanIsSeen() {
      Decision decision = inOnePod().planned().job(running(document("High"))).decide();

      assertThat(end(decision)).isEqualTo("Migrating/Migrating");
      assertThat(effect(decision, Effect.AnnotatePod.class))
          .isEqualTo(new Effect.AnnotatePod("pod-1", "sha256:9f2c"));
      assertThat(planState(decision)).isEqualTo("Dispatched");
      assertThat(decision.status().run().dispatched()).isTrue();
    }

    @Test
    void aPlanThatTheMigrationOwnsIsDetachedFirst() {
      Decision decision = inOnePod().planned().planOwned().job(running(document("High"))).decide();

      assertThat(effects(decision, Effect.DetachPlan.class)).hasSize(1);
      assertThat(effects(decision, Effect.AnnotatePod.class)).isEmpty();
    }

    @Test
    void aPlanThatMeetsAGateAfterAllIsNotCarriedOutByItsPod() {
      Worlds gated =
          inOnePod().approvalPolicy("AtMedium", 1).risk("High").plannedAt("2026-11-25T08:59:01Z");

      Decision printed = gated.job(running(document("High"))).decide();
      Decision seen = gated.planned().decide();

      assertThat(effect(printed, Effect.CreatePlan.class).owned()).isTrue();
      assertThat(seen.status().phase()).isEqualTo("Planning");
      assertThat(effect(seen, Effect.AnnotatePod.class))
          .isEqualTo(new Effect.AnnotatePod("pod-1", "refused"));
      assertThat(seen.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:15Z"));
    }

    @Test
    void aPodThatWasRefusedIsNotToldAgainAndNotToGoOnEither() {
      JobView refused =
          new JobView.Running(
              Worlds.JOB_UID, "pod-1", Optional.of(document("Low")), Whimbrel.PLAN_REFUSED);

      Decision gated =
          inOnePod().planned().plannedAt("2026-11-25T08:59:59Z").suspended().job(refused).decide();
      Decision free = inOnePod().planned().plannedAt("2026-11-25T08:59:59Z").job(refused).decide();

      assertThat(effects(gated, Effect.AnnotatePod.class)).isEmpty();
      assertThat(effects(free, Effect.AnnotatePod.class)).isEmpty();
      assertThat(free.status().phase()).isEqualTo("Planning");
    }

    @Test
    void aPodThatDoesNotEndByItselfIsDeleted() {
      Decision decision =
          inOnePod()
              .approvalPolicy("AtMedium", 1)
              .planned()
              .plannedAt("2026-11-25T08:59:00Z")
              .job(running(document("Medium")))
              .decide();

      assertThat(effects(decision, Effect.DeleteJob.class)).hasSize(1);
      assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    }

    @Test
    void aPodThatEndedWithoutBeingToldLeavesItsPlanToAMigrateJob() {
      Decision decision =
          inOnePod().planned().job(ended(result(Step.PLAN, Outcome.PLANNED))).decide();

      assertThat(end(decision)).isEqualTo("Migrating/Migrating");
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.status().run().shared()).isFalse();
    }

    @Test
    void aDocumentWithoutRevisionsIsNoPlanThePodGoesOnToVerify() {
      Decision decision = inOnePod().job(running(Results.whole("sha256:0", List.of()))).decide();

      assertThat(effects(decision, Effect.CreatePlan.class)).isEmpty();
      assertThat(decision.status().plan()).isNull();
      assertThat(decision.status().phase()).isEqualTo("Planning");
    }

    @Test
    void aSuspendedMigrationTellsThePodToEnd() {
      Decision decision =
          inOnePod()
              .planned()
              .plannedAt("2026-11-25T08:59:59Z")
              .suspended()
              .job(running(document("Low")))
              .decide();

      refused(decision);
    }

    @Test
    void aDeletedMigrationTellsThePodToEnd() {
      Decision decision =
          inOnePod()
              .planned()
              .plannedAt("2026-11-25T08:59:59Z")
              .deleted()
              .job(running(document("Low")))
              .decide();

      refused(decision);
    }

    @Test
    void aNewSpecTellsThePodToEnd() {
      Decision decision =
          inOnePod()
              .planned()
              .plannedAt("2026-11-25T08:59:59Z")
              .specChanged()
              .job(running(document("Low")))
              .decide();

      refused(decision);
    }

    @Test
    void anAbortedRunTellsThePodToEnd() {
      Decision decision =
          inOnePod()
              .planned()
              .plannedAt("2026-11-25T08:59:59Z")
              .aboutRun("Abort", Worlds.RUN_UID, "Accepted")
              .job(running(document("Low")))
              .decide();

      refused(decision);
    }

    private static void refused(Decision decision) {
      assertThat(effect(decision, Effect.AnnotatePod.class))
          .isEqualTo(new Effect.AnnotatePod("pod-1", "refused"));
      assertThat(decision.status().phase()).isEqualTo("Planning");
    }

    @Test
    void aPodThatWasNeverSeenIsNotStartedForASpecOfYesterday() {
      Decision decision =
          inOnePod().claimed(Step.MIGRATE, null).specChanged().job(new JobView.Absent()).decide();

      assertThat(startsJob(decision)).isFalse();
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(decision.status().run().job()).isNull();
    }

    @Test
    void aPodThatWasNeverSeenIsCreatedAgainUnderItsName() {
      Decision decision = inOnePod().claimed(Step.MIGRATE, null).job(new JobView.Absent()).decide();

      assertThat(effect(decision, Effect.CreateJob.class).name()).isEqualTo(Worlds.JOB);
    }

    @Test
    void aPodThatPlansForLongerThanAPlanMayTakeIsDeleted() {
      Decision decision = inOnePod().startBy("2026-11-25T08:49:59Z").job(running()).decide();

      assertThat(end(decision)).isEqualTo("Planning/JobTimedOut");
      assertThat(effects(decision, Effect.DeleteJob.class)).hasSize(1);
      assertThat(decision.status().run().dispatched()).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    }

    @Test
    void whereNothingIsPendingThePodHasDoneAllThereIs() {
      Decision decision = inOnePod().job(ended(at("8", Step.VERIFY, Outcome.VERIFIED))).decide();

      assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
      assertThat(decision.status().run().dispatched()).isFalse();
    }

    @Test
    void aFailedVerificationOfThePodIsToldAsSuch() {
      Decision decision =
          inOnePod().job(ended(result(Step.VERIFY, Outcome.VERIFICATION_FAILED))).decide();

      assertThat(end(decision)).isEqualTo("Failed/VerificationFailed");
    }

    @Test
    void aBrokenPodHoldsNothingWhileItWaitsForTheNextTry() {
      Decision decision = inOnePod().job(endedWithout("Evicted")).decide();

      assertThat(end(decision)).isEqualTo("Planning/NoResult");
      assertThat(decision.status().run().shared()).isFalse();
      assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
      assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
    }
  }

  @Test
  void aFinishedJobIsGivenToTheMigrationOnceItIsRead() {
    JobView unowned =
        new JobView.Ended(Worlds.JOB_UID, Optional.empty(), Optional.empty(), "", false);

    Decision decision = claimed().job(unowned).decide();

    assertThat(effects(decision, Effect.AdoptJob.class))
        .isEqualTo(List.of(new Effect.AdoptJob(Worlds.JOB)));
  }
}
