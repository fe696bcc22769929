package dev.whimbrel.runner.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LockLadderTest {

  @Test
  void climbsToTheHighestRungAndStaysThereForThreeAttempts() {
    assertThat(LockLadder.of(2000, 1000).attemptsMillis())
        .containsExactly(250L, 500L, 1000L, 2000L, 2000L, 2000L);
  }

  @Test
  void oneAttemptIsAboveDeadlockTimeoutEvenWhereTheHighestRungIsNot() {
    assertThat(LockLadder.of(400, 1000).attemptsMillis())
        .containsExactly(50L, 100L, 200L, 400L, 400L, 1500L);
    assertThat(LockLadder.isBelow(1000, 1000)).isTrue();
    assertThat(LockLadder.isBelow(1001, 1000)).isFalse();
  }

  @Test
  void noAttemptWaitsForEver() {
    assertThat(LockLadder.of(1, 0).attemptsMillis()).allMatch(millis -> millis > 0);
  }

  @Test
  void pausesGrowAndHaveALimit() {
    LockLadder ladder = LockLadder.of(2000, 1000);

    assertThat(ladder.pauseMillis(1)).isEqualTo(200);
    assertThat(ladder.pauseMillis(3)).isEqualTo(800);
    assertThat(ladder.pauseMillis(60)).isEqualTo(2000);
  }
}
