package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a restore of the instance means to a migration there. */
class RestoresTest {

  private static final World.ServerView UNDERWAY =
      new World.ServerView(Optional.of("ops/back"), Optional.empty());
  private static final World.ServerView DONE =
      new World.ServerView(
          Optional.empty(),
          Optional.of(new World.Restored("r-1", "ops/back", "17", "2026-11-25T08:59:00Z")));

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"PLANNING", "BACKING_UP", "AWAITING_APPROVAL", "MIGRATING", "VERIFYING"})
  void whileTheInstanceIsRestoredNothingBeginsAndNothingIsHeld(Phase phase) {
    Decision decision = decide(Worlds.in(phase).approve("anna").holding(), UNDERWAY);

    assertThat(end(decision)).isEqualTo(phase.label() + "/Queued");
    assertThat(decision.status().message()).contains("DatabaseRestore ops/back");
    assertThat(startsJob(decision)).isFalse();
    assertThat(effects(decision, Effect.ReleaseLease.class)).hasSize(1);
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
    assertThat(decision.wakeAt()).isPresent();
  }

  @Test
  void whatHasBegunGoesOn() {
    Decision decision = decide(Worlds.dispatched().job(Results.running()), UNDERWAY);

    assertThat(end(decision)).isEqualTo("Migrating/Migrating");
    assertThat(effects(decision, Effect.ReleaseLease.class)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {
        "PLANNING",
        "AWAITING_APPROVAL",
        "MIGRATING",
        "SUCCEEDED",
        "FAILED",
        "REJECTED",
        "ROLLED_BACK",
        "UNRESOLVED"
      })
  void afterARestoreTheDatabaseIsReadAnewWhateverTheStatusSays(Phase phase) {
    Decision decision = decide(Worlds.in(phase), DONE);

    assertThat(end(decision)).isEqualTo("Planning/Restored");
    assertThat(decision.status().restored()).isEqualTo("r-1");
    assertThat(decision.status().hold()).isEqualTo("restored");
    assertThat(decision.status().plan()).isNull();
  }

  @Test
  void ofTheSameRestoreNoticeIsTakenOnce() {
    Decision first = decide(Worlds.in(Phase.SUCCEEDED), DONE);

    Decision second = decide(Worlds.in(Phase.PLANNING).after(first), DONE);

    assertThat(second.status().run().id()).isEqualTo(first.status().run().id());
    assertThat(effects(second, Effect.CreateJob.class)).hasSize(1);
  }

  @Test
  void whatIsPendingAgainIsHeldAndSaysWhy() {
    Decision begun = decide(Worlds.in(Phase.SUCCEEDED), DONE);
    Decision planning = decide(Worlds.in(Phase.PLANNING).after(begun), DONE);
    Decision recorded =
        decide(
            Worlds.in(Phase.PLANNING)
                .after(planning)
                .job(
                    ended(
                        Results.of(
                            planning.status().run().id(),
                            planning.status().run().attempt(),
                            Step.PLAN,
                            Outcome.PLANNED),
                        Results.document("Low"))),
            DONE);

    Decision held = decide(Worlds.in(Phase.PLANNING).planned().after(recorded), DONE);

    assertThat(recorded.status().hold()).isEqualTo(recorded.status().plan().hash());
    assertThat(end(held)).isEqualTo("Failed/OnHold");
    assertThat(held.status().message())
        .contains("is pending again because backup 17 was put back by DatabaseRestore ops/back");
  }

  @Test
  void whereNothingIsPendingNothingIsHeld() {
    Decision begun = decide(Worlds.in(Phase.SUCCEEDED), DONE);
    Decision planning = decide(Worlds.in(Phase.PLANNING).after(begun), DONE);

    Decision done =
        decide(
            Worlds.in(Phase.PLANNING)
                .after(planning)
                .job(
                    ended(
                        Results.of(
                            planning.status().run().id(),
                            planning.status().run().attempt(),
                            Step.PLAN,
                            Outcome.NOTHING_PENDING))),
            DONE);

    assertThat(end(done)).isEqualTo("Succeeded/Succeeded");
    assertThat(done.status().hold()).isNull();
  }

  @Test
  void aPersonsRetryLetsItRunAgain() {
    Decision begun = decide(Worlds.in(Phase.SUCCEEDED), DONE);

    Decision retried = decide(Worlds.in(Phase.FAILED).after(begun).retryAnnotation("again"), DONE);

    assertThat(end(retried)).isEqualTo("Planning/NewRun");
    assertThat(retried.status().hold()).isNull();
  }

  @Test
  void aMigrationThatIsNewerThanTheRestoreHasNothingToHold() {
    Decision decision = decide(Worlds.fresh(), DONE);

    assertThat(end(decision)).isEqualTo("Planning/Planning");
    assertThat(decision.status().restored()).isEqualTo("r-1");
    assertThat(decision.status().hold()).isNull();
  }

  private static Decision decide(Worlds worlds, World.ServerView server) {
    return Engine.decide(worlds.world(server), Worlds.NOW);
  }
}
