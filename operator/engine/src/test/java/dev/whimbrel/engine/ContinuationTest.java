package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.condition;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.partly;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.ApprovedPlan;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.Test;

class ContinuationTest {

  private static final String LATER = "2026-11-25T20:00:00Z";

  /** The present plan has revisions 7 and 8. */
  private static Worlds rest(String... whole) {
    return Worlds.in(Phase.PLANNING)
        .planned()
        .expiresAt(null)
        .backup(null)
        .backupPolicy("Never", null, null)
        .continuing(LATER, whole)
        .aboutEarlier("Approve", "anna", "Accepted");
  }

  @Test
  void theUnexecutedRestOfAnApprovedPlanIsCoveredByItsApproval() {
    Decision decision = rest("6", "7", "8").decide();

    assertThat(end(decision)).isEqualTo("Migrating/Migrating");
    assertThat(decision.status().message())
        .isEqualTo(
            "Plan "
                + Worlds.PLAN
                + " is about to be carried out; it is the rest of plan kotori-4-0000000000, whose"
                + " approval covers it");
    assertThat(condition(decision, "Approved").getStatus()).isEqualTo("True");
    assertThat(condition(decision, "Approved").getMessage())
        .isEqualTo(
            "by anna (unverified); it is the rest of plan kotori-4-0000000000, whose approval"
                + " covers it");
    assertThat(decision.status().plan().expiresAt()).isEqualTo(LATER);
  }

  @Test
  void itIsAskedOnceMoreRightBeforeDispatch() {
    Worlds before =
        Worlds.in(Phase.MIGRATING)
            .holding()
            .backupPolicy("Never", null, null)
            .continuing(LATER, "6", "7", "8")
            .aboutEarlier("Approve", "anna", "Accepted");

    assertThat(startsJob(before.decide())).isTrue();
    assertThat(end(before.earlierNotSeen().decide()))
        .isEqualTo("AwaitingApproval/AwaitingApproval");
  }

  @Test
  void anythingElseThanTheRestMeetsEveryGate() {
    assertThat(waits(rest("6", "7", "9"))).isTrue();
    assertThat(waits(rest("6", "8", "7"))).isTrue();
    assertThat(waits(rest("6", "7", "8", "9"))).isTrue();
    assertThat(waits(rest("7", "8"))).isTrue();
    assertThat(waits(rest("8"))).isTrue();
  }

  @Test
  void callbacksAreNoRevisionsTheyRunAgainWithTheRest() {
    Worlds rest = rest("6", "7", "8").earlierCallbacks("a", "b").callbacks("a", "b");

    assertThat(end(rest.decide())).isEqualTo("Migrating/Migrating");
  }

  @Test
  void otherCallbacksThanThoseThatWereApprovedMeetEveryGate() {
    assertThat(waits(rest("6", "7", "8").earlierCallbacks("a").callbacks("b"))).isTrue();
    assertThat(waits(rest("6", "7", "8").earlierCallbacks("a", "b").callbacks("b"))).isTrue();
    assertThat(waits(rest("6", "7", "8").callbacks("a"))).isTrue();
    assertThat(waits(rest("7", "8").earlierCallbacks("a"))).isTrue();
  }

  @Test
  void whatTheRunnerDoesNotSayIsNotAssumed() {
    assertThat(waits(rest("6", "7", "8").claim(null))).isTrue();
    assertThat(
            waits(
                rest("6", "7", "8")
                    .claim(new ApprovedPlan("kotori-4-0000000000", "other-uid", "sha256:0a0a"))))
        .isTrue();
  }

  @Test
  void anApprovalThatHasExpiredCoversNothing() {
    Worlds expired =
        Worlds.in(Phase.PLANNING)
            .planned()
            .expiresAt(null)
            .backupPolicy("Never", null, null)
            .continuing("2026-11-25T09:00:00Z", "6", "7", "8")
            .aboutEarlier("Approve", "anna", "Accepted");

    assertThat(waits(expired)).isTrue();
    assertThat(expired.decide().status().plan().expiresAt()).isEqualTo("2026-11-26T09:00:00Z");
  }

  @Test
  void neitherDoesOneOfAPlanThatSomebodyRejectedEvenTooLate() {
    assertThat(waits(rest("6", "7", "8").aboutEarlier("Reject", "ben", "Refused"))).isTrue();
    assertThat(waits(rest("6", "7", "8").aboutEarlier("Reject", "ben", "Accepted"))).isTrue();
  }

  @Test
  void asManyPeopleAreNeededAsForAnyPlan() {
    assertThat(waits(rest("6", "7", "8").approvalPolicy("AtMedium", 2))).isTrue();
  }

  @Test
  void anInterruptedPlanIsRememberedWithTheEndOfItsApproval() {
    Decision decision =
        Worlds.recovering("Transient")
            .claimed(Step.INSPECT, Worlds.JOB_UID)
            .job(ended(partly(1, "7")))
            .decide();

    assertThat(decision.status().run().continues().name()).isEqualTo(Worlds.PLAN);
    assertThat(decision.status().run().continues().uid()).isEqualTo(Worlds.PLAN_UID);
    assertThat(decision.status().run().continues().expiresAt()).isEqualTo("2026-11-26T08:55:00Z");
  }

  @Test
  void theRestOfARestIsStillCoveredByTheFirstApproval() {
    Decision decision =
        Worlds.recovering("Transient")
            .continuing(LATER, "6", "7", "8")
            .aboutEarlier("Approve", "anna", "Accepted")
            .claimed(Step.INSPECT, Worlds.JOB_UID)
            .job(ended(partly(1, "7")))
            .decide();

    assertThat(decision.status().run().continues().name()).isEqualTo("kotori-4-0000000000");
  }

  @Test
  void aNewRunContinuesNothing() {
    Decision decision =
        Worlds.in(Phase.AWAITING_APPROVAL)
            .continuing(LATER, "6", "7", "8")
            .retryAnnotation("new")
            .decide();

    assertThat(decision.status().run().continues()).isNull();
  }

  private static boolean waits(Worlds worlds) {
    return end(worlds.decide()).equals("AwaitingApproval/AwaitingApproval");
  }
}
