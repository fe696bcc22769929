package dev.whimbrel.engine;

import static dev.whimbrel.engine.Results.at;
import static dev.whimbrel.engine.Results.effect;
import static dev.whimbrel.engine.Results.effects;
import static dev.whimbrel.engine.Results.ended;
import static dev.whimbrel.engine.Results.planState;
import static dev.whimbrel.engine.Results.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the checklist of a plan is written; what it says is tested by itself. */
class AnswersTest {

  @Test
  void whoeverWaitsIsAnsweredOnceAndNotAgain() {
    Worlds waiting = Worlds.in(Phase.AWAITING_APPROVAL).planState("Pending");

    assertThat(effects(waiting.decide(), Effect.RecordChecklist.class)).isEmpty();

    Effect.RecordChecklist first =
        effect(waiting.unanswered().decide(), Effect.RecordChecklist.class);

    assertThat(first.name()).isEqualTo(Worlds.PLAN);
    assertThat(answer(first.items(), "backup taken and verified")).isEqualTo("Yes");
    assertThat(answer(first.items(), "approved by a person")).isEqualTo("Pending");
    assertThat(answer(first.items(), "all revisions carried out")).isEqualTo("Pending");
  }

  @Test
  void whatIsWrittenOfThePlanAnywayTakesTheChecklistAlong() {
    Decision decision =
        Worlds.dispatched()
            .planState("Dispatched")
            .unanswered()
            .job(
                ended(
                    at("8", Step.VERIFY, Outcome.VERIFIED),
                    List.of(
                        new CheckResult(
                            "indexes are valid", CheckResult.PASSED, null, null, null))))
            .decide();

    assertThat(planState(decision)).isEqualTo("Applied");
    assertThat(effects(decision, Effect.RecordChecklist.class)).isEmpty();
    List<ChecklistItem> items = effect(decision, Effect.RecordPlan.class).checklist();
    assertThat(answer(items, "database at the target revision")).isEqualTo("Yes");
    assertThat(answer(items, "indexes valid")).isEqualTo("Yes");
    assertThat(answer(items, "approved by a person")).isEqualTo("Yes");
  }

  @Test
  void onTheWayToTheNextPhaseNothingIsWrittenForItsOwnSake() {
    Decision decision =
        Worlds.in(Phase.AWAITING_APPROVAL)
            .planState("Pending")
            .unanswered()
            .approve("anna")
            .decide();

    assertThat(decision.again()).isTrue();
    assertThat(effects(decision, Effect.RecordChecklist.class)).isEmpty();
  }

  @Test
  void aPlanThatIsGivenUpIsAnsweredFromTheStatusBefore() {
    Decision decision =
        Worlds.in(Phase.AWAITING_APPROVAL).planState("Pending").specChanged().decide();

    assertThat(decision.status().plan()).isNull();
    Effect.RecordPlan record = effect(decision, Effect.RecordPlan.class);
    assertThat(record.state()).isEqualTo("Superseded");
    assertThat(answer(record.checklist(), "all revisions carried out")).isEqualTo("No");
    assertThat(answer(record.checklist(), "backup taken and verified")).isEqualTo("Yes");
  }

  @Test
  void aPlanThatWasMadeAgainUnderItsNameIsNotAnsweredFromTheFirst() {
    Decision decision =
        Worlds.dispatched().planUid("another").planState("Dispatched").job(running()).decide();

    assertThat(effects(decision, Effect.RecordChecklist.class)).isEmpty();
  }

  private static String answer(List<ChecklistItem> items, String item) {
    return items.stream()
        .filter(answered -> answered.item().equals(item))
        .map(ChecklistItem::answer)
        .findFirst()
        .orElseThrow();
  }
}
