package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatesTest {

  private static Phase next(Worlds world) {
    return Gates.next(world.draft());
  }

  private static Worlds planned() {
    return Worlds.in(Phase.PLANNING).planned();
  }

  @ParameterizedTest
  @CsvSource({
    "Always,Low,AWAITING_APPROVAL",
    "Always,Medium,AWAITING_APPROVAL",
    "Always,High,AWAITING_APPROVAL",
    "AtMedium,Low,MIGRATING",
    "AtMedium,Medium,AWAITING_APPROVAL",
    "AtMedium,High,AWAITING_APPROVAL",
    "AtHigh,Low,MIGRATING",
    "AtHigh,Medium,MIGRATING",
    "AtHigh,High,AWAITING_APPROVAL",
    "Never,Low,MIGRATING",
    "Never,Medium,MIGRATING",
    "Never,High,MIGRATING"
  })
  void anApprovalIsNeededFromTheRiskOfThePolicyOn(String policy, String risk, Phase phase) {
    Worlds world = planned().ungated().approvalPolicy(policy, 1).risk(risk);

    assertThat(next(world)).isEqualTo(phase);
    assertThat(next(world.approve("anna"))).isEqualTo(Phase.MIGRATING);
  }

  @ParameterizedTest
  @CsvSource({
    "Always,Low,BACKING_UP",
    "Always,Medium,BACKING_UP",
    "Always,High,BACKING_UP",
    "AtMedium,Low,MIGRATING",
    "AtMedium,Medium,BACKING_UP",
    "AtMedium,High,BACKING_UP",
    "AtHigh,Low,MIGRATING",
    "AtHigh,Medium,MIGRATING",
    "AtHigh,High,BACKING_UP",
    "Never,Low,MIGRATING",
    "Never,Medium,MIGRATING",
    "Never,High,MIGRATING"
  })
  void aBackupIsNeededFromTheRiskOfThePolicyOn(String policy, String risk, Phase phase) {
    Worlds before = planned().ungated().backupPolicy(policy, "BeforeApproval", null).risk(risk);
    Worlds after = planned().ungated().backupPolicy(policy, "AfterApproval", null).risk(risk);

    assertThat(next(before)).isEqualTo(phase);
    assertThat(next(after)).isEqualTo(phase);
    assertThat(next(before.backupStarted("2026-11-25T08:59:00Z"))).isEqualTo(Phase.MIGRATING);
  }

  @Test
  void theBackupComesBeforeTheApprovalUnlessThePolicyWantsItAfter() {
    assertThat(next(planned().backupPolicy("Always", null, null))).isEqualTo(Phase.BACKING_UP);
    assertThat(next(planned().backupPolicy("Always", "BeforeApproval", null)))
        .isEqualTo(Phase.BACKING_UP);
    assertThat(next(planned().backupPolicy("Always", "AfterApproval", null)))
        .isEqualTo(Phase.AWAITING_APPROVAL);
    assertThat(next(planned().backupPolicy("Always", "AfterApproval", null).approve("anna")))
        .isEqualTo(Phase.BACKING_UP);
  }

  @Test
  void aBackupThatGrowsOldWhilePeopleThinkIsTakenAgainOnlyOnceTheyHaveApproved() {
    Worlds old = planned().backupStarted("2026-11-24T08:00:00Z");

    assertThat(next(old)).isEqualTo(Phase.AWAITING_APPROVAL);
    assertThat(next(old.approve("anna"))).isEqualTo(Phase.BACKING_UP);
  }

  @ParameterizedTest
  @CsvSource({"2026-11-24T09:00:00.001Z,true", "2026-11-24T09:00:00Z,false"})
  void aBackupIsFreshUntilItsAgeIsTheGreatestAllowed(String startedAt, boolean fresh) {
    assertThat(Gates.isFresh(planned().backupStarted(startedAt).draft())).isEqualTo(fresh);
  }

  @Test
  void withoutABackupNothingIsFresh() {
    assertThat(Gates.isFresh(planned().draft())).isFalse();
    assertThat(Gates.isFresh(planned().backupStarted(null).draft())).isFalse();
  }

  @Test
  void theAgeOfTheSpecIsStrongerThanWhatTheInstanceCanRecover() {
    Spec written = planned().backupPolicy("Always", null, "2h").spec();
    Spec silent = planned().backupPolicy("Always", null, null).spec();

    assertThat(Gates.maxAge(written, true)).isEqualTo("2h");
    assertThat(Gates.maxAge(written, false)).isEqualTo("2h");
    assertThat(Gates.maxAge(silent, true)).isEqualTo("24h");
    assertThat(Gates.maxAge(silent, false)).isEqualTo("1h");
  }

  @Test
  void differentPeopleAreCountedOnceEachAndInAlphabeticalOrder() {
    Draft draft = planned().approve("ben").approve("anna").approve("ben").draft();

    assertThat(Gates.approvers(draft)).containsExactly("anna", "ben");
  }
}
