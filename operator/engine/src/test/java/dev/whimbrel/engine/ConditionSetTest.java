package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.condition;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionSetTest {

  private static String kstatus(Decision decision) {
    return condition(decision, "Ready").getStatus()
        + " "
        + condition(decision, "Reconciling").getStatus()
        + " "
        + condition(decision, "Stalled").getStatus();
  }

  @ParameterizedTest
  @CsvSource({
    "PLANNING,False True False",
    "BACKING_UP,False True False",
    "AWAITING_APPROVAL,False True False",
    "MIGRATING,False True False",
    "RECOVERING,False True False",
    "VERIFYING,False True False",
    "SUCCEEDED,True False False",
    "FAILED,False False True",
    "REJECTED,False False True",
    "UNRESOLVED,False False True"
  })
  void aToolThatWaitsSeesReadyReconcilingOrStalled(Phase phase, String readyReconcilingStalled) {
    assertThat(kstatus(Worlds.in(phase).planState("Applied").decide()))
        .isEqualTo(readyReconcilingStalled);
  }

  @Test
  void theConditionsAreAlwaysTheSameOnesInTheSameOrder() {
    assertThat(Worlds.fresh().decide().status().conditions())
        .extracting(Condition::getType)
        .containsExactly(
            "Ready",
            "Reconciling",
            "Stalled",
            "Planned",
            "BackedUp",
            "Approved",
            "Migrated",
            "Verified");
  }

  @Test
  void theTimeOfTheLastTransitionIsKeptWhileTheValueIsTheSame() {
    Decision same = Worlds.in(Phase.AWAITING_APPROVAL).decide();
    Decision other =
        Worlds.in(Phase.VERIFYING)
            .claimed(Step.VERIFY, Worlds.JOB_UID)
            .job(ended(at("8", Step.VERIFY, Outcome.VERIFIED)))
            .decide();

    assertThat(condition(same, "Ready").getLastTransitionTime()).isEqualTo("2026-11-25T08:00:00Z");
    assertThat(condition(other, "Ready").getLastTransitionTime()).isEqualTo("2026-11-25T09:00:00Z");
  }

  @Test
  void eachConditionSaysWhichGenerationItIsAbout() {
    Decision waits = Worlds.dispatched().specChanged().job(running()).decide();
    Decision begun = Worlds.in(Phase.FAILED).specChanged().decide();

    assertThat(waits.status().conditions())
        .extracting(Condition::getObservedGeneration)
        .containsOnly(4L);
    assertThat(begun.status().conditions())
        .extracting(Condition::getObservedGeneration)
        .containsOnly(5L);
  }

  @Test
  void plannedSaysWhatIsPlanned() {
    Condition planned = condition(Worlds.in(Phase.AWAITING_APPROVAL).decide(), "Planned");

    assertThat(planned.getStatus()).isEqualTo("True");
    assertThat(planned.getMessage()).isEqualTo("2 revision(s) in plan kotori-4-9f2c81d07a");
    assertThat(condition(Worlds.fresh().decide(), "Planned").getReason()).isEqualTo("NotYet");
    assertThat(condition(Worlds.in(Phase.SUCCEEDED).noPlan().decide(), "Planned").getReason())
        .isEqualTo("NothingPending");
  }

  @Test
  void backedUpSaysWhichBackupOrWhyThereIsNone() {
    Worlds without = Worlds.in(Phase.AWAITING_APPROVAL).backup(null);

    assertThat(condition(Worlds.in(Phase.AWAITING_APPROVAL).decide(), "BackedUp").getMessage())
        .isEqualTo("backup 77 started 2026-11-25T08:30:00Z");
    assertThat(condition(without.backupPolicy("AtHigh", null, null).decide(), "BackedUp"))
        .extracting(Condition::getStatus, Condition::getReason, Condition::getMessage)
        .isEqualTo(
            List.of("False", "NotRequired", "spec.backup.policy is AtHigh, the risk is Medium"));
  }

  @Test
  void approvedSaysByWhomOrHowManyAreMissing() {
    Worlds two = Worlds.in(Phase.AWAITING_APPROVAL).approvalPolicy("Always", 2);

    Condition one = condition(two.approve("ben").decide(), "Approved");
    Condition both = condition(two.approve("anna").decide(), "Approved");
    Condition never =
        condition(Worlds.in(Phase.MIGRATING).approvalPolicy("Never", 1).decide(), "Approved");

    assertThat(one.getStatus()).isEqualTo("False");
    assertThat(one.getMessage()).isEqualTo("1 of 2 approvals");
    assertThat(both.getStatus()).isEqualTo("True");
    assertThat(both.getMessage()).isEqualTo("by anna, ben (unverified)");
    assertThat(never.getReason()).isEqualTo("NotRequired");
  }

  @Test
  void whatWasApprovedAtDispatchStaysApprovedWhateverHappensToTheObjects() {
    Decision decision = Worlds.dispatched().approvalPolicy("AtMedium", 2).job(running()).decide();

    assertThat(condition(decision, "Approved"))
        .extracting(Condition::getStatus, Condition::getMessage)
        .isEqualTo(List.of("True", "the condition before"));
  }

  @Test
  void migratedAndVerifiedAreTrueOnlyOnceTheyAre() {
    Decision migrating = Worlds.dispatched().job(running()).decide();
    Decision verifying = Worlds.in(Phase.VERIFYING).decide();
    Decision succeeded = Worlds.in(Phase.SUCCEEDED).check("SELECT true").decide();

    assertThat(condition(migrating, "Migrated").getStatus()).isEqualTo("False");
    assertThat(condition(migrating, "Migrated").getMessage())
        .isEqualTo("the database is at revision 6, the target is 8");
    assertThat(condition(verifying, "Migrated").getStatus()).isEqualTo("True");
    assertThat(condition(verifying, "Verified").getStatus()).isEqualTo("False");
    assertThat(condition(succeeded, "Verified").getMessage())
        .isEqualTo("the revision and 1 check(s) of spec.verify hold");
  }
}
