package dev.whimbrel.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamesTest {

  private static final String UID = "0b0c2a57-6b3c-4f0e-9f0a-0d4b1f6f2f11";

  @Test
  void aJobIsNamedAfterMigrationRunStepAndAttempt() {
    assertThat(Names.job("kotori", UID, "4-1", Step.BACKUP, 2))
        .matches("kotori-[0-9a-f]{8}-backup-2");
  }

  @Test
  void anotherRunIsAnotherName() {
    assertThat(Names.job("kotori", UID, "4-1", Step.PLAN, 1))
        .isNotEqualTo(Names.job("kotori", UID, "4-2", Step.PLAN, 1));
  }

  @Test
  void theLongestNameOfAMigrationGivesNamesWithinTheLimit() {
    String longest = "a".repeat(253);

    assertThat(Names.job(longest, UID, "1000000-1000", Step.INSPECT, 1000)).hasSizeLessThan(64);
    assertThat(Names.plan(longest, UID, 1_000_000, "sha256:x")).hasSizeLessThan(64);
    assertThat(Names.label(longest)).hasSize(63);
  }

  @Test
  void aCutNeverEndsInPunctuation() {
    String awkward = "a".repeat(43) + ".-.-" + "b".repeat(100);

    assertThat(Names.job(awkward, UID, "1-1", Step.PLAN, 1))
        .doesNotContain(".")
        .doesNotContain("--");
    assertThat(Names.label("a".repeat(62) + ".b")).isEqualTo("a".repeat(62));
  }

  @Test
  void aJobTellsTheStepItWasClaimedFor() {
    String job = Names.job("my-migrate-1", UID, "1-1", Step.PLAN, 1);

    assertThat(Names.isJobOf(Step.PLAN, job)).isTrue();
    assertThat(Names.isJobOf(Step.MIGRATE, job)).isFalse();
  }
}
