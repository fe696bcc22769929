package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.after;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.endedWithout;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.RestorePoint;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import org.junit.jupiter.api.Test;

class RestorePointsTest {

  private static final String INSTANCE = "kotori-io:us-central1:kotori-db";

  private static final RunnerResult.RestorePoint TOLD =
      new RunnerResult.RestorePoint("2026-11-25T09:06:30.123Z", true, "2026-11-25T09:02:00Z");

  @Test
  void aJobThatMayLoseItsWordIsDispatchedWithAPointToGoBackTo() {
    Decision dispatched = Worlds.in(Phase.MIGRATING).approve("anna").holding().decide();
    Decision lost = Worlds.dispatched().after(dispatched).job(endedWithout("OOMKilled")).decide();

    RestorePoint point = new RestorePoint(Worlds.NOW.toString(), INSTANCE, "77", null, null);
    assertThat(dispatched.status().restorePoint()).isEqualTo(point);
    assertThat(lost.status().restorePoint()).isEqualTo(point);
  }

  @Test
  void theJobsOwnWordIsMoreExact() {
    Decision decision =
        Worlds.dispatched().job(ended(after(TOLD, Step.VERIFY, Outcome.VERIFIED))).decide();

    assertThat(decision.status().restorePoint())
        .isEqualTo(
            new RestorePoint(
                "2026-11-25T09:06:30.123Z", INSTANCE, "77", true, "2026-11-25T09:02:00Z"));
  }

  @Test
  void onPlainPostgresItIsATime() {
    Decision decision =
        Worlds.dispatched()
            .postgres()
            .backup(null)
            .job(
                ended(
                    after(
                        new RunnerResult.RestorePoint("2026-11-25T09:06:30.123Z", null, null),
                        Step.VERIFY,
                        Outcome.VERIFIED)))
            .decide();

    assertThat(decision.status().restorePoint())
        .isEqualTo(new RestorePoint("2026-11-25T09:06:30.123Z", null, null, null, null));
  }

  @Test
  void aRunThatGoesOnFromWhatIsInKeepsThePointBeforeItsFirstStatement() {
    RestorePoint first = new RestorePoint("2026-11-25T08:50:00.000Z", INSTANCE, "76", true, null);

    Decision decision =
        Worlds.dispatched()
            .continuing("2026-11-26T08:55:00Z", "6", "7", "8")
            .restorePoint(first)
            .job(ended(after(TOLD, Step.VERIFY, Outcome.VERIFIED)))
            .decide();

    assertThat(decision.status().restorePoint()).isEqualTo(first);
  }
}
