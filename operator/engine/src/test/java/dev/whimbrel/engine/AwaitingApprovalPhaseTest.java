package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AwaitingApprovalPhaseTest {

  private static final ApprovedPlan THE_PLAN =
      new ApprovedPlan(Worlds.PLAN, Worlds.PLAN_UID, Worlds.HASH);

  private static Worlds awaiting() {
    return Worlds.in(Phase.AWAITING_APPROVAL);
  }

  @Test
  void theMessageSaysWhatIsMissingWhyAndWhatToDo() {
    Decision decision = awaiting().decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
    assertThat(decision.status().message())
        .isEqualTo(
            "Plan kotori-4-9f2c81d07a needs 1 approval (risk Medium: adds a foreign key to users)."
                + " Read it: kubectl describe mplan kotori-4-9f2c81d07a. Then create a"
                + " MigrationApproval with its name, UID and hash before 2026-11-26T08:55:00Z");
    assertThat(startsJob(decision)).isFalse();
  }

  @Test
  void nothingIsHeldWhilePeopleThink() {
    Decision decision = awaiting().holding().decide();

    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
  }

  @Test
  void itWakesAtTheMomentTheApprovalExpires() {
    Decision decision = awaiting().expiresAt("2026-11-25T09:00:30Z").decide();

    assertThat(decision.wakeAt()).hasValue(Instant.parse("2026-11-25T09:00:30Z"));
  }

  @Test
  void anApprovedPlanIsNextToBeCarriedOut() {
    assertThat(end(awaiting().approve("anna").decide())).isEqualTo("Migrating/Migrating");
  }

  @Test
  void anApprovedPlanWhoseBackupHasBecomeTooOldIsBackedUpAgain() {
    Decision decision = awaiting().approve("anna").backupStarted("2026-11-24T09:00:00Z").decide();

    assertThat(end(decision)).isEqualTo("BackingUp/BackingUp");
  }

  @Test
  void whereTwoHaveToApproveOneIsNotEnough() {
    Decision one = awaiting().approvalPolicy("AtMedium", 2).approve("anna").decide();
    Decision two = awaiting().approvalPolicy("AtMedium", 2).approve("anna").approve("ben").decide();

    assertThat(end(one)).isEqualTo("AwaitingApproval/AwaitingApproval");
    assertThat(one.status().message()).contains("needs 1 approval (");
    assertThat(end(two)).isEqualTo("Migrating/Migrating");
  }

  @Test
  void thePersonWhoApprovesTwiceCountsOnce() {
    Decision decision =
        awaiting().approvalPolicy("AtMedium", 2).approve("anna").approve("anna").decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
  }

  @Test
  void aRejectionEndsTheRunAndNamesWhoAndWhy() {
    Decision decision = awaiting().about("Reject", "ben", THE_PLAN, "Accepted").decide();

    assertThat(end(decision)).isEqualTo("Rejected/Rejected");
    assertThat(planState(decision)).isEqualTo("Rejected");
    assertThat(decision.status().message()).contains("was rejected: by ben, because");
  }

  @Test
  void aRejectionEndsTheRunInTheDecisionThatAcceptsIt() {
    Decision decision = awaiting().about("Reject", "ben", THE_PLAN, null).decide();

    assertThat(end(decision)).isEqualTo("Rejected/Rejected");
    assertThat(effect(decision, Effect.JudgeApproval.class).accepted()).isTrue();
  }

  @Test
  void aRejectionOutweighsApprovals() {
    Decision decision =
        awaiting().approve("anna").about("Reject", "ben", THE_PLAN, "Accepted").decide();

    assertThat(end(decision)).isEqualTo("Rejected/Rejected");
  }

  @Test
  void aRefusedRejectionIsNone() {
    Decision decision = awaiting().about("Reject", "ben", THE_PLAN, "Refused").decide();

    assertThat(end(decision)).isEqualTo("AwaitingApproval/AwaitingApproval");
  }

  @Test
  void whenNobodySaysYesInTimeThePlanExpires() {
    Decision before = awaiting().expiresAt("2026-11-25T09:00:00.001Z").decide();
    Decision then = awaiting().expiresAt("2026-11-25T09:00:00Z").decide();

    assertThat(end(before)).isEqualTo("AwaitingApproval/AwaitingApproval");
    assertThat(end(then)).isEqualTo("Rejected/Expired");
    assertThat(planState(then)).isEqualTo("Expired");
  }

  @Test
  void aSuspendedMigrationMayBeApprovedAndIsHeldBeforeItIsCarriedOut() {
    Decision approved = awaiting().suspended().approve("anna").decide();

    Decision next = awaiting().suspended().approve("anna").after(approved).decide();

    assertThat(end(approved)).isEqualTo("Migrating/Migrating");
    assertThat(end(next)).isEqualTo("Migrating/Suspended");
    assertThat(startsJob(next)).isFalse();
  }
}
