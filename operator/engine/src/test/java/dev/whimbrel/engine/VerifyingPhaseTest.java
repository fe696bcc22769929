package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.condition;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.failed;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyingPhaseTest {

  private static Worlds verifying() {
    return Worlds.in(Phase.VERIFYING).approvedAtDispatch().holding().inFlight();
  }

  private static Worlds claimed() {
    return verifying().claimed(Step.VERIFY, Worlds.JOB_UID);
  }

  @Test
  void theChecksAreAJobOfTheirOwnAgainstThePlan() {
    Effect.CreateJob job = effect(verifying().decide(), Effect.CreateJob.class);

    assertThat(job.steps()).containsExactly(Step.VERIFY);
    assertThat(job.plan()).isTrue();
    assertThat(job.owned()).isFalse();
  }

  @Test
  void whereNothingWasPendingThereIsNoPlanAndNothingIsHeld() {
    Decision decision = Worlds.in(Phase.VERIFYING).noPlan().holding().decide();

    Effect.CreateJob job = effect(decision, Effect.CreateJob.class);
    assertThat(job.plan()).isFalse();
    assertThat(job.owned()).isTrue();
    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
  }

  @Test
  void verifiedMeansSucceeded() {
    Decision decision = claimed().job(ended(at("8", Step.VERIFY, Outcome.VERIFIED))).decide();

    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
    assertThat(planState(decision)).isEqualTo("Applied");
    assertThat(decision.status().verified()).isNotNull();
  }

  @Test
  void whatEachCheckFoundGoesIntoThePlanAndWarningsAreSaid() {
    List<CheckResult> checks =
        List.of(
            new CheckResult("http api", CheckResult.PASSED, null, null, null),
            new CheckResult("latency api", CheckResult.WARNED, "5ms", "90ms", "slower"));

    Decision decision =
        claimed().job(ended(at("8", Step.VERIFY, Outcome.VERIFIED), checks)).decide();

    assertThat(effect(decision, Effect.RecordPlan.class).checks()).isEqualTo(checks);
    assertThat(decision.status().message())
        .endsWith("verified; 1 check(s) warn, the first: latency api: slower");
  }

  @Test
  void whatFailedIsInThePlanToo() {
    List<CheckResult> checks =
        List.of(new CheckResult("http api", CheckResult.FAILED, null, null, "answered 500"));

    Decision decision =
        claimed().job(ended(at("8", Step.VERIFY, Outcome.VERIFICATION_FAILED), checks)).decide();

    assertThat(effect(decision, Effect.RecordPlan.class).checks()).isEqualTo(checks);
  }

  @Test
  void whatDoesNotHoldFailsTheRunAndLeavesTheSchemaAsItIs() {
    Decision decision =
        claimed().job(ended(at("8", Step.VERIFY, Outcome.VERIFICATION_FAILED))).decide();

    assertThat(end(decision)).isEqualTo("Failed/VerificationFailed");
    assertThat(decision.status().message())
        .isEqualTo("it says so. The database is at revision 8; it was not changed back");
    assertThat(planState(decision)).isEqualTo("Applied");
    assertThat(condition(decision, "Migrated").getStatus()).isEqualTo("True");
    assertThat(condition(decision, "Verified").getStatus()).isEqualTo("False");
  }

  @Test
  void aTransientFailureIsTriedAgain() {
    Decision decision =
        claimed().job(ended(failed(Step.VERIFY, Kind.TRANSIENT, "Unreachable"))).decide();

    assertThat(end(decision)).isEqualTo("Verifying/Unreachable");
    assertThat(decision.status().run().retryAt()).isEqualTo("2026-11-25T09:00:02Z");
  }

  @Test
  void whenItCannotBeVerifiedTheMigrationIsInAllTheSame() {
    Decision permanent =
        claimed().job(ended(failed(Step.VERIFY, Kind.PERMANENT, "SqlError"))).decide();
    Decision exhausted =
        claimed()
            .failures(2)
            .job(ended(failed(Step.VERIFY, Kind.TRANSIENT, "Unreachable")))
            .decide();

    assertThat(end(permanent)).isEqualTo("Failed/VerificationIncomplete");
    assertThat(end(exhausted)).isEqualTo("Failed/VerificationIncomplete");
    assertThat(planState(exhausted)).isEqualTo("Applied");
    assertThat(condition(exhausted, "Migrated").getStatus()).isEqualTo("True");
  }

  @Test
  void aSpecThatChangedBeforeTheVerificationBeganIsVerifiedByItsOwnRun() {
    Decision unclaimed = verifying().specChanged().decide();
    Decision neverSeen =
        verifying().specChanged().claimed(Step.VERIFY, null).job(new JobView.Absent()).decide();

    assertThat(end(unclaimed)).isEqualTo("Failed/VerificationIncomplete");
    assertThat(startsJob(unclaimed)).isFalse();
    assertThat(end(neverSeen)).isEqualTo("Failed/VerificationIncomplete");
    assertThat(startsJob(neverSeen)).isFalse();
  }

  @Test
  void aVerificationThatIsUnderWayIsFinishedThoughTheSpecChanged() {
    Decision decision = claimed().specChanged().deleted().job(running()).decide();

    assertThat(decision.status().phase()).isEqualTo("Verifying");
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  void aPersonsAbortEndsItAndWhatIsInStaysIn() {
    Decision decision =
        claimed().job(running()).aboutRun("Abort", Worlds.RUN_UID, "Accepted").decide();

    assertThat(end(decision)).isEqualTo("Failed/Aborted");
    assertThat(decision.status().message())
        .startsWith("A person aborted the run while it was verified. Its revisions are in");
    assertThat(effects(decision, Effect.DeleteJob.class)).hasSize(1);
    assertThat(planState(decision)).isEqualTo("Applied");
  }

  @Test
  void aVerificationThatEndedBeforeTheAbortCounts() {
    Decision decision =
        claimed()
            .job(ended(at("8", Step.VERIFY, Outcome.VERIFIED)))
            .aboutRun("Abort", Worlds.RUN_UID, "Accepted")
            .decide();

    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
  }

  @Test
  void atRestItsPlanIsStillApplied() {
    Decision aborted =
        verifying()
            .after(verifying().decide())
            .job(running())
            .aboutRun("Abort", Worlds.RUN_UID, "Accepted")
            .decide();

    Decision later = Worlds.in(Phase.FAILED).after(aborted).planState("Applied").decide();

    assertThat(condition(later, "Migrated").getStatus()).isEqualTo("True");
    assertThat(planState(later)).isEmpty();
  }

  @Test
  void aVanishedJobIsReplacedByAnother() {
    Decision decision = claimed().job(new JobView.Absent()).decide();

    assertThat(end(decision)).isEqualTo("Verifying/JobVanished");
    assertThat(decision.status().run().job()).isNull();
  }
}
