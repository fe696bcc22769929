package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.end;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.partly;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.rehearsed;
import static dev.whimbrel.engine.Results.running;
import static dev.whimbrel.engine.Results.startsJob;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan that is to be carried out, undone and carried out again. */
class RehearsalsTest {

  private static Worlds planned() {
    return Worlds.in(Phase.PLANNING).planned().rehearsed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"None", "Unknown"})
  void whatHasNoWayBackThatCanBeShownEndsBeforeBackupAndApproval(String grade) {
    Decision decision = planned().undo("Reversible", grade).decide();

    assertThat(end(decision)).isEqualTo("Failed/CannotRehearse");
    assertThat(decision.status().message())
        .contains("V8.sql has no way back that can be shown (grade " + grade + ")");
    assertThat(planState(decision)).isEqualTo("Failed");
    assertThat(startsJob(decision)).isFalse();
  }

  @Test
  void whatTheWayBackDiscardsDoesNotStandInTheWay() {
    assertThat(end(planned().undo("Reversible", "WithLoss").decide()))
        .isEqualTo("BackingUp/BackingUp");
  }

  @Test
  void whoDoesNotRehearseNeedsNoWayBack() {
    assertThat(end(Worlds.in(Phase.PLANNING).planned().undo("None", "None").decide()))
        .isEqualTo("BackingUp/BackingUp");
  }

  @Test
  void aPodThatWaitsIsToldToEndWhereThePlanCannotBeRehearsed() {
    Decision decision =
        planned()
            .ungated()
            .undo("None", "None")
            .shared()
            .holding()
            .claimed(Step.MIGRATE, Worlds.JOB_UID)
            .job(running())
            .plannedAt("2026-11-25T08:59:59Z")
            .decide();

    assertThat(effect(decision, Effect.AnnotatePod.class))
        .isEqualTo(new Effect.AnnotatePod("pod-1", "refused"));
  }

  @Test
  void itSucceedsOnlyOnceItWasRehearsedToTheEnd() {
    Worlds migrating = Worlds.dispatched().rehearsed().planState("Dispatched");

    Decision done = migrating.job(ended(rehearsed("8", Step.VERIFY, Outcome.VERIFIED))).decide();
    assertThat(end(done)).isEqualTo("Succeeded/Succeeded");

    Decision incomplete = migrating.job(ended(at("8", Step.VERIFY, Outcome.VERIFIED))).decide();
    assertThat(end(incomplete)).isEqualTo("Failed/RehearsalIncomplete");
    assertThat(planState(incomplete)).isEqualTo("Applied");
    assertThat(incomplete.status().message())
        .contains("it was not rehearsed to the end", "go back to revision 6 first")
        .contains("The database is at revision 8");
    assertThat(Results.condition(incomplete, "Migrated").getStatus()).isEqualTo("True");
  }

  @Test
  void whatItFoundIsProofToo() {
    Decision decision =
        Worlds.in(Phase.VERIFYING)
            .rehearsed()
            .approvedAtDispatch()
            .claimed(Step.VERIFY, Worlds.JOB_UID)
            .job(
                ended(
                    at("8", Step.VERIFY, Outcome.VERIFIED),
                    List.of(
                        new CheckResult("rehearsal", CheckResult.WARNED, null, null, "-column"))))
            .decide();

    assertThat(end(decision)).isEqualTo("Succeeded/Succeeded");
    assertThat(decision.status().message()).endsWith("the first: rehearsal: -column");
  }

  @Test
  void anInterruptedRehearsalIsNotContinuedFromTheMiddle() {
    Decision decision =
        Worlds.recovering("Transient")
            .rehearsed()
            .claimed(Step.INSPECT, Worlds.JOB_UID)
            .job(ended(partly(1, "7")))
            .decide();

    assertThat(end(decision)).isEqualTo("Failed/Broken");
    assertThat(decision.status().message()).contains("1 of 2 revisions are in, the last is 7");
  }

  @Test
  void whatIsInOfItIsUndoneWhereTheSpecAsksForThat() {
    Decision decision =
        Worlds.recovering("Permanent")
            .rehearsed()
            .rollsBack()
            .claimed(Step.INSPECT, Worlds.JOB_UID)
            .job(ended(partly(1, "7")))
            .decide();

    assertThat(decision.status().phase()).isEqualTo("RollingBack");
  }

  @Test
  void anotherAnswerToWhetherToRehearseIsAnotherSpec() {
    assertThat(Worlds.in(Phase.PLANNING).rehearsed().spec().hash())
        .isNotEqualTo(Worlds.in(Phase.PLANNING).spec().hash());
  }

  @Test
  void theChecklistWaitsForTheRehearsalAndThenSaysWhatItFound() {
    Decision waiting =
        Worlds.in(Phase.AWAITING_APPROVAL).rehearsed().planState("Pending").unanswered().decide();
    assertThat(tested(effect(waiting, Effect.RecordChecklist.class).items()))
        .isEqualTo("Pending: it is rehearsed while the plan is carried out");

    Decision done =
        Worlds.dispatched()
            .rehearsed()
            .planState("Dispatched")
            .job(
                ended(
                    rehearsed("8", Step.VERIFY, Outcome.VERIFIED),
                    List.of(
                        new CheckResult(
                            "rehearsal", CheckResult.PASSED, null, null, "undone, as before"))))
            .decide();
    assertThat(tested(effect(done, Effect.RecordPlan.class).checklist()))
        .isEqualTo("Yes: undone, as before");
  }

  private static String tested(List<ChecklistItem> items) {
    return items.stream()
        .filter(item -> item.item().equals("rollback tested"))
        .map(item -> item.answer() + ": " + item.why())
        .findFirst()
        .orElseThrow();
  }
}
