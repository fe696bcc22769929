package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ApprovalsTest {

  private static final ApprovedPlan THE_PLAN =
      new ApprovedPlan(Worlds.PLAN, Worlds.PLAN_UID, Worlds.HASH);

  private static Worlds awaiting() {
    return Worlds.in(Phase.AWAITING_APPROVAL);
  }

  private static Effect.JudgeApproval judged(Worlds world) {
    return effect(world.decide(), Effect.JudgeApproval.class);
  }

  private static int judgements(Worlds world) {
    return effects(world.decide(), Effect.JudgeApproval.class).size();
  }

  @Test
  void anApprovalOfExactlyThisPlanIsAcceptedAndLookedAtAgainAtOnce() {
    Worlds world = awaiting().about("Approve", "anna", THE_PLAN, null);

    Decision decision = world.decide();

    assertThat(effect(decision, Effect.JudgeApproval.class))
        .isEqualTo(
            new Effect.JudgeApproval(
                "decision-1", true, "Accepted", "decided by anna (unverified)"));
    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
    assertThat(decision.again()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "kotori-3-0000000000,plan-uid,sha256:9f2c,spec.plan.name is kotori-3-0000000000",
    "kotori-4-9f2c81d07a,old-uid,sha256:9f2c,spec.plan.uid is old-uid",
    "kotori-4-9f2c81d07a,plan-uid,sha256:0000,spec.plan.hash is sha256:0000"
  })
  void anApprovalOfAnotherPlanIsRefusedAndSaysInWhatItDiffers(
      String name, String uid, String hash, String what) {
    Effect.JudgeApproval judgement =
        judged(awaiting().about("Approve", "anna", new ApprovedPlan(name, uid, hash), null));

    assertThat(judgement.accepted()).isFalse();
    assertThat(judgement.reason()).isEqualTo("PlanMismatch");
    assertThat(judgement.message())
        .isEqualTo(
            what
                + ", but the plan to decide on is kotori-4-9f2c81d07a with UID plan-uid and hash"
                + " sha256:9f2c: read that plan and decide again");
  }

  @Test
  void anAcceptedApprovalOfAnOlderPlanDoesNotCount() {
    Decision decision =
        awaiting()
            .about("Approve", "anna", new ApprovedPlan("kotori-3-0", "old", "sha256:0"), "Accepted")
            .decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
  }

  @Test
  void aRefusedApprovalDoesNotCount() {
    Decision decision = awaiting().about("Approve", "anna", THE_PLAN, "Refused").decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
  }

  @Test
  void anApprovalThatNamesNoPlanIsRefusedAndHurtsNobody() {
    assertThat(judged(awaiting().about("Approve", "anna", null, null)).reason())
        .isEqualTo("PlanMissing");
  }

  @Test
  void anApprovalThatCameTooLateIsRefused() {
    Worlds world =
        awaiting().expiresAt("2026-11-25T09:00:00Z").about("Approve", "anna", THE_PLAN, null);

    assertThat(judged(world).reason()).isEqualTo("Expired");
    assertThat(end(world.decide())).isEqualTo("Rejected/Expired");
  }

  @Test
  void aDecisionThatWasJudgedIsNotJudgedAgain() {
    assertThat(judgements(awaiting().about("Approve", "anna", THE_PLAN, "Refused"))).isZero();
    assertThat(judgements(awaiting().approve("anna"))).isZero();
  }

  @Test
  void anApprovalThatComesBeforeItIsAskedForIsLeftForLater() {
    assertThat(judgements(Worlds.in(Phase.BACKING_UP).about("Approve", "anna", THE_PLAN, null)))
        .isZero();
    assertThat(judgements(Worlds.in(Phase.PLANNING).about("Approve", "anna", THE_PLAN, null)))
        .isZero();
    assertThat(
            judgements(
                Worlds.in(Phase.PLANNING)
                    .planned()
                    .planUid(null)
                    .about("Approve", "anna", THE_PLAN, null)))
        .isZero();
  }

  @Test
  void whatIsUnderWayCanNeitherBeApprovedNorRejected() {
    assertThat(
            judged(Worlds.dispatched().job(running()).about("Approve", "b", THE_PLAN, null))
                .reason())
        .isEqualTo("NotAwaited");
    assertThat(
            judged(Worlds.dispatched().job(running()).about("Reject", "b", THE_PLAN, null))
                .reason())
        .isEqualTo("NotAwaited");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED", "UNRESOLVED"})
  void atRestNoPlanWaitsForAnApproval(Phase phase) {
    Worlds world = Worlds.in(phase).about("Approve", "anna", THE_PLAN, null);

    assertThat(judged(world).reason()).isEqualTo("NotAwaited");
    assertThat(judged(world).message()).endsWith("the run is " + phase.label());
  }

  @Test
  void atRestWithoutAPlanThereIsNothingToDecide() {
    assertThat(
            judged(Worlds.in(Phase.SUCCEEDED).noPlan().about("Approve", "a", THE_PLAN, null))
                .reason())
        .isEqualTo("NoPlan");
  }

  @Test
  void aSecondRejectionOfARejectedPlanIsAccepted() {
    assertThat(judged(Worlds.in(Phase.REJECTED).about("Reject", "b", THE_PLAN, null)).accepted())
        .isTrue();
  }

  @Test
  void aWordThatIsNoDecisionIsRefused() {
    assertThat(judged(awaiting().about("Maybe", "anna", THE_PLAN, null)).reason())
        .isEqualTo("UnknownDecision");
  }

  @Test
  void aDecisionAboutAnotherRunIsRefusedAndNamesTheRunToDecideOn() {
    Effect.JudgeApproval judgement =
        judged(Worlds.dispatched().job(running()).aboutRun("Abort", Worlds.UID + "/3-1", null));

    assertThat(judgement.reason()).isEqualTo("RunMismatch");
    assertThat(judgement.message()).isEqualTo("the run to decide on is " + Worlds.RUN_UID);
  }

  @Test
  void aRunThatMayBeChangingTheDatabaseCanBeAborted() {
    Worlds world = Worlds.dispatched().job(running()).aboutRun("Abort", Worlds.RUN_UID, null);

    assertThat(judged(world).accepted()).isTrue();
    assertThat(world.decide().again()).isTrue();
  }

  @Test
  void whereNothingRunsAnAbortIsRefusedAndSaysWhatToDoInstead() {
    Effect.JudgeApproval judgement = judged(awaiting().aboutRun("Abort", Worlds.RUN_UID, null));

    assertThat(judgement.reason()).isEqualTo("NotAwaited");
    assertThat(judgement.message()).contains("reject the plan, or set spec.suspend");
  }

  @Test
  void onlyAnUnresolvedRunCanBeAcknowledged() {
    assertThat(
            judged(Worlds.in(Phase.UNRESOLVED).aboutRun("Acknowledge", Worlds.RUN_UID, null))
                .accepted())
        .isTrue();
    assertThat(
            judged(Worlds.in(Phase.FAILED).aboutRun("Acknowledge", Worlds.RUN_UID, null)).message())
        .isEqualTo("only an unresolved run can be acknowledged; this one is Failed");
  }

  @Test
  void everyRefusalIsAnnouncedAsAWarning() {
    Decision decision = awaiting().aboutRun("Abort", Worlds.RUN_UID, null).decide();

    Effect.Announce event = effect(decision, Effect.Announce.class);
    assertThat(event.warning()).isTrue();
    assertThat(event.reason()).isEqualTo("ApprovalRefused");
    assertThat(event.message()).startsWith("MigrationApproval decision-1: nothing is running");
  }

  @Test
  void anAbortStaysInForceForTheRestOfItsRunOnly() {
    Worlds sameRun =
        Worlds.in(Phase.PLANNING)
            .claimed(Step.PLAN, Worlds.JOB_UID)
            .job(new JobView.None())
            .aboutRun("Abort", Worlds.RUN_UID, "Accepted");
    Worlds nextRun = Worlds.in(Phase.PLANNING).aboutRun("Abort", Worlds.UID + "/3-9", "Accepted");

    assertThat(end(sameRun.decide())).isEqualTo("Failed/Aborted");
    assertThat(nextRun.decide().status().phase()).isEqualTo("Planning");
  }
}
