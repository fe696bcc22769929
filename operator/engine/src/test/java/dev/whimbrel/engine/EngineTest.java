package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.protocol.Step;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds in every phase. */
class EngineTest {

  private static Stream<Phase> moving() {
    return Arrays.stream(Phase.values()).filter(phase -> !phase.resting());
  }

  @ParameterizedTest
  @MethodSource("moving")
  void noDecisionThatIsNotAtRestWaitsForMoreThanAMinute(Phase phase) {
    List<UnaryOperator<Worlds>> situations =
        List.of(
            world -> world,
            Worlds::suspended,
            Worlds::deleted,
            Worlds::holding,
            world -> world.approve("anna"),
            world -> world.retryAt("2026-11-25T10:00:00Z"),
            world -> world.claimed(Step.INSPECT, Worlds.JOB_UID).job(running()),
            world -> world.claimed(Step.INSPECT, Worlds.JOB_UID).job(new JobView.Absent()),
            world -> world.claimed(Step.INSPECT, null).job(new JobView.Absent()),
            world -> world.lease(new World.LeaseView.Other("a/1-1", "shop/a", false)),
            world -> world.lease(new World.LeaseView.Other("a/1-1", "shop/a", true)));

    for (UnaryOperator<Worlds> situation : situations) {
      Decision decision = situation.apply(Worlds.in(phase)).decide();
      if (Phase.of(decision.status().phase()).orElseThrow().resting()) {
        continue;
      }

      assertThat(decision.wakeAt()).isPresent();
      assertThat(decision.wakeAt().get())
          .isAfter(Worlds.NOW)
          .isBeforeOrEqualTo(Worlds.NOW.plusSeconds(60));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"PLANNING", "BACKING_UP", "AWAITING_APPROVAL", "MIGRATING", "VERIFYING"})
  void whereNothingChangesTheDatabaseAnotherSpecStartsAtOnce(Phase phase) {
    Decision decision = Worlds.in(phase).planned().holding().specChanged().decide();

    assertThat(end(decision)).isEqualTo("Planning/NewRun");
    assertThat(decision.status().run().id()).isEqualTo("5-1");
    assertThat(decision.status().plan()).isNull();
    assertThat(planState(decision)).isEqualTo("Superseded");
    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"PLANNING", "BACKING_UP", "AWAITING_APPROVAL", "MIGRATING", "VERIFYING"})
  void whereNothingChangesTheDatabaseARetryOrAnotherSourceStartsAtOnce(Phase phase) {
    Decision retried = Worlds.in(phase).planned().retryAnnotation("new").decide();
    Decision edited = Worlds.in(phase).planned().sourceDigest("other").decide();

    assertThat(end(retried)).isEqualTo("Planning/NewRun");
    assertThat(retried.status().run().id()).isEqualTo("4-2");
    assertThat(end(edited)).isEqualTo("Planning/NewRun");
    assertThat(edited.status().run().id()).isEqualTo("4-2");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"MIGRATING", "RECOVERING", "VERIFYING"})
  void whatMayBeChangingTheDatabaseIsNotInterrupted(Phase phase) {
    Decision decision =
        Worlds.in(phase)
            .approvedAtDispatch()
            .holding()
            .inFlight()
            .claimed(Step.INSPECT, Worlds.JOB_UID)
            .job(running())
            .specChanged()
            .deleted()
            .suspended()
            .sourceDigest("other")
            .retryAnnotation("new")
            .decide();

    assertThat(decision.status().phase()).isEqualTo(phase.label());
    assertThat(decision.status().run().id()).isEqualTo("4-1");
    assertThat(decision.status().lastHandledRetry()).isNull();
    assertThat(decision.status().observedGeneration()).isEqualTo(4);
    assertThat(decision.effects()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"PLANNING", "BACKING_UP", "AWAITING_APPROVAL", "MIGRATING", "VERIFYING"})
  void whereNothingChangesTheDatabaseADeletedMigrationMayGo(Phase phase) {
    Decision decision = Worlds.in(phase).planned().holding().deleted().specChanged().decide();

    assertThat(decision.status().phase()).isEqualTo(phase.label());
    assertThat(startsJob(decision)).isFalse();
    assertThat(planState(decision)).isEqualTo("Superseded");
    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("moving")
  void suspendingAndGoingOnIsNoOtherRun(Phase phase) {
    Decision held = Worlds.in(phase).suspended().decide();

    Decision goesOn = Worlds.in(phase).after(held).decide();

    assertThat(held.status().run().id()).isEqualTo("4-1");
    assertThat(goesOn.status().run().id()).isEqualTo("4-1");
  }

  @Test
  void theJobOfARunThatIsGivenUpIsDeletedUnlessItTakesABackup() {
    Decision plan =
        Worlds.in(Phase.PLANNING)
            .claimed(Step.PLAN, Worlds.JOB_UID)
            .job(running())
            .specChanged()
            .decide();
    Decision backup =
        Worlds.in(Phase.BACKING_UP)
            .claimed(Step.BACKUP, Worlds.JOB_UID)
            .job(running())
            .specChanged()
            .decide();

    assertThat(effects(plan, Effect.DeleteJob.class)).hasSize(1);
    assertThat(effects(backup, Effect.DeleteJob.class)).isEmpty();
  }

  @Test
  void aPhaseOfANewerOperatorIsLeftAloneAndSaysSo() {
    DatabaseMigrationStatus newer =
        new DatabaseMigrationStatus(
            4L, "Restoring", null, null, null, null, null, null, null, null, null, "", null, null);

    Decision decision =
        Worlds.in(Phase.FAILED)
            .noPlan()
            .after(new Decision(newer, List.of(), java.util.Optional.empty(), false))
            .decide();

    assertThat(end(decision)).isEqualTo("Unresolved/UnknownPhase");
    assertThat(decision.status().message()).contains("upgrade the operator");
    assertThat(decision.effects()).isEmpty();
  }

  @Test
  void aDecisionRepeatsWhatACrashLeftUndone() {
    Worlds world = Worlds.in(Phase.MIGRATING).approve("anna").planOwned();

    assertThat(world.after(world.decide()).decide().effects())
        .isEqualTo(Worlds.in(Phase.MIGRATING).approve("anna").planOwned().decide().effects());
  }
}
