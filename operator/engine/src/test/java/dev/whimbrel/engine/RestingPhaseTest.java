package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.endedWithout;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.protocol.Step;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RestingPhaseTest {

  @ParameterizedTest
  @CsvSource({"SUCCEEDED,Applied", "FAILED,Failed", "REJECTED,Rejected", "UNRESOLVED,Unresolved"})
  void nothingHappensByItselfAtRest(Phase phase, String planState) {
    Decision decision = Worlds.in(phase).planState(planState).decide();

    assertThat(decision.status().phase()).isEqualTo(phase.label());
    assertThat(decision.effects()).isEmpty();
    assertThat(decision.wakeAt()).isEmpty();
    assertThat(decision.again()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED"})
  void aRetryStartsAnotherRunOnce(Phase phase) {
    Worlds world = Worlds.in(phase).planState("Failed").retryAnnotation("new");

    Decision first = world.decide();
    Decision handled =
        Worlds.in(phase).planState("Failed").retryAnnotation("new").handledRetry("new").decide();

    assertThat(end(first)).isEqualTo("Planning/NewRun");
    assertThat(first.status().run().id()).isEqualTo("4-2");
    assertThat(first.status().lastHandledRetry()).isEqualTo("new");
    assertThat(first.status().plan()).isNull();
    assertThat(first.status().backup()).isNull();
    assertThat(handled.status().phase()).isEqualTo(phase.label());
  }

  @Test
  void aRetryReleasesAPlanThatIsOnHoldAndANewSpecDoesNot() {
    Decision retried = Worlds.in(Phase.FAILED).hold("sha256:1").retryAnnotation("new").decide();
    Decision changed = Worlds.in(Phase.FAILED).hold("sha256:1").specChanged().decide();

    assertThat(retried.status().hold()).isNull();
    assertThat(changed.status().hold()).isEqualTo("sha256:1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED"})
  void anotherSpecStartsTheFirstRunOfItsGeneration(Phase phase) {
    Decision decision = Worlds.in(phase).planState("Applied").specChanged().decide();

    assertThat(end(decision)).isEqualTo("Planning/NewRun");
    assertThat(decision.status().run().id()).isEqualTo("5-1");
    assertThat(decision.status().observedGeneration()).isEqualTo(5);
    assertThat(decision.status().message()).isEqualTo("The spec changed (generation 5)");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED"})
  void anotherContentOfTheSourceStartsAnotherRun(Phase phase) {
    Decision decision = Worlds.in(phase).planState("Applied").sourceDigest("other").decide();

    assertThat(end(decision)).isEqualTo("Planning/NewRun");
    assertThat(decision.status().run().id()).isEqualTo("4-2");
    assertThat(decision.status().sourceDigest()).isEqualTo("other");
    assertThat(decision.status().message()).isEqualTo("A ConfigMap of the source changed");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED", "UNRESOLVED"})
  void suspendingStartsNoRun(Phase phase) {
    Decision decision = Worlds.in(phase).planState("Applied").suspended().decide();

    assertThat(decision.status().phase()).isEqualTo(phase.label());
    assertThat(decision.status().run().id()).isEqualTo("4-1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Phase.class,
      names = {"SUCCEEDED", "FAILED", "REJECTED", "UNRESOLVED"})
  void aDeletedMigrationStartsNoRun(Phase phase) {
    Decision decision =
        Worlds.in(phase)
            .planState("Applied")
            .deleted()
            .finalizer()
            .specChanged()
            .retryAnnotation("new")
            .decide();

    assertThat(decision.status().phase()).isEqualTo(phase.label());
    assertThat(startsJob(decision)).isFalse();
    assertThat(effects(decision, Effect.RemoveFinalizer.class)).hasSize(1);
  }

  @Nested
  class AfterACrash {

    @ParameterizedTest
    @CsvSource({
      "SUCCEEDED,Succeeded,Applied",
      "FAILED,SqlError,Failed",
      "FAILED,VerificationFailed,Applied",
      "FAILED,VerificationIncomplete,Applied",
      "FAILED,StaleHistory,Superseded",
      "REJECTED,Rejected,Rejected",
      "REJECTED,Expired,Expired",
      "UNRESOLVED,Unknown,Unresolved"
    })
    void theEndOfThePlanIsRecordedWhereItWasNot(Phase phase, String reason, String state) {
      Decision open = Worlds.in(phase).reason(reason).planState("Dispatched").decide();
      Decision closed = Worlds.in(phase).reason(reason).planState(state).decide();

      assertThat(planState(open)).isEqualTo(state);
      assertThat(planState(closed)).isEmpty();
    }

    @Test
    void whatWasFoundIsRecordedWithTheEndThatACrashKeptFromBeingRecorded() {
      List<CheckResult> checks =
          List.of(new CheckResult("http api", CheckResult.PASSED, null, null, null));
      JobView ended =
          new JobView.Ended(Worlds.JOB_UID, Optional.empty(), Optional.empty(), "", true, checks);

      Decision decision =
          Worlds.in(Phase.SUCCEEDED)
              .planState("Dispatched")
              .claimed(Step.MIGRATE, Worlds.JOB_UID)
              .job(ended)
              .decide();

      assertThat(effect(decision, Effect.RecordPlan.class).checks()).isEqualTo(checks);
    }

    @Test
    void leaseAndFinalizerAreGivenBack() {
      Decision decision = Worlds.in(Phase.SUCCEEDED).planState("Applied").holding().decide();

      assertThat(decision.effects())
          .containsExactly(
              new Effect.ReleaseLease(
                  effect(decision, Effect.ReleaseLease.class).name(), Worlds.RUN_UID),
              new Effect.RemoveFinalizer());
    }

    @Test
    void theJobIsGivenToTheMigrationWhereItWasNot() {
      JobView unowned =
          new JobView.Ended(Worlds.JOB_UID, Optional.empty(), Optional.empty(), "", false);
      Worlds world =
          Worlds.in(Phase.FAILED).planState("Failed").claimed(Step.MIGRATE, Worlds.JOB_UID);

      assertThat(world.job(unowned).decide().effects())
          .containsExactly(new Effect.AdoptJob(Worlds.JOB));
      assertThat(world.job(endedWithout("")).decide().effects()).isEmpty();
    }
  }

  @Nested
  class Unresolved {

    private Worlds unresolved() {
      return Worlds.in(Phase.UNRESOLVED).planState("Unresolved");
    }

    @Test
    void itKeepsItsLeaseSoThatNoOtherRunChangesTheDatabase() {
      Decision decision = unresolved().holding().decide();

      assertThat(decision.effects()).containsExactly(new Effect.RemoveFinalizer());
    }

    @Test
    void neitherSpecNorSourceMakesKnownWhatIsNot() {
      Decision decision = unresolved().specChanged().sourceDigest("other").decide();

      assertThat(decision.status().phase()).isEqualTo("Unresolved");
      assertThat(decision.effects()).isEmpty();
    }

    @Test
    void aRetryReadsTheHistoryAgain() {
      Decision decision = unresolved().retryAnnotation("new").decide();

      assertThat(end(decision)).isEqualTo("Recovering/InspectingAgain");
      assertThat(decision.status().run().id()).isEqualTo("4-1");
      assertThat(decision.status().run().dispatched()).isTrue();
      assertThat(decision.status().lastHandledRetry()).isEqualTo("new");
    }

    @Test
    void aRetryThatWasHandledReadsNothing() {
      Decision decision = unresolved().retryAnnotation("new").handledRetry("new").decide();

      assertThat(decision.status().phase()).isEqualTo("Unresolved");
    }

    @Test
    void withoutAPlanARetryPlansAnew() {
      Decision decision = Worlds.in(Phase.UNRESOLVED).noPlan().retryAnnotation("new").decide();

      assertThat(end(decision)).isEqualTo("Planning/NewRun");
    }

    @Test
    void anAcknowledgementOfThisRunStartsAnother() {
      Decision decision = unresolved().aboutRun("Acknowledge", Worlds.RUN_UID, "Accepted").decide();

      assertThat(end(decision)).isEqualTo("Planning/NewRun");
      assertThat(decision.status().run().id()).isEqualTo("4-2");
    }

    @Test
    void anAcknowledgementOfAnotherRunDoesNot() {
      Decision decision =
          unresolved().aboutRun("Acknowledge", Worlds.UID + "/3-1", "Accepted").decide();

      assertThat(decision.status().phase()).isEqualTo("Unresolved");
    }
  }
}
