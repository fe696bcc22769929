package dev.whimbrel.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PhaseTest {

  @ParameterizedTest
  @EnumSource(Phase.class)
  void aLabelLeadsBackToItsPhase(Phase phase) {
    assertThat(Phase.of(phase.label())).hasValue(phase);
  }

  @Test
  void aWordOfAnotherVersionIsNoPhase() {
    assertThat(Phase.of("Restoring")).isEmpty();
    assertThat(Phase.of(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "PLANNING,false,false",
    "BACKING_UP,false,false",
    "AWAITING_APPROVAL,false,false",
    "MIGRATING,false,false",
    "RECOVERING,false,false",
    "ROLLING_BACK,false,false",
    "VERIFYING,false,false",
    "SUCCEEDED,true,false",
    "FAILED,true,true",
    "REJECTED,true,true",
    "ROLLED_BACK,true,true",
    "UNRESOLVED,true,true"
  })
  void whatRestsAndDidNotSucceedIsStalled(Phase phase, boolean resting, boolean stalled) {
    assertThat(phase.resting()).isEqualTo(resting);
    assertThat(phase.stalled()).isEqualTo(stalled);
  }

  @Test
  void nothingIsCarriedOutButAfterAPlanItsGatesOrACleanReading() {
    Set<Phase> before =
        Set.of(Phase.PLANNING, Phase.BACKING_UP, Phase.AWAITING_APPROVAL, Phase.RECOVERING);

    assertThat(Arrays.stream(Phase.values()).filter(p -> p.next().contains(Phase.MIGRATING)))
        .containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void fromEveryPhaseARestingOneCanBeReached() {
    assertThat(Arrays.stream(Phase.values()).filter(phase -> !phase.resting()))
        .allSatisfy(phase ->
            assertThat(
                    phase.next().stream()
                        .anyMatch(next ->
                            next.resting() || next.next().stream().anyMatch(Phase::resting)))
                .isTrue());
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED,MIGRATING",
    "REJECTED,MIGRATING",
    "FAILED,VERIFYING",
    "UNRESOLVED,MIGRATING",
    "VERIFYING,MIGRATING",
    "BACKING_UP,SUCCEEDED",
    "RECOVERING,SUCCEEDED",
    "VERIFYING,ROLLING_BACK",
    "ROLLING_BACK,MIGRATING",
    "AWAITING_APPROVAL,VERIFYING"
  })
  void anIllegalTransitionIsABugAndThrows(Phase from, Phase to) {
    Draft draft = Worlds.in(from).draft();

    assertThatThrownBy(() -> draft.enter(to, "Reason", "text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no transition from " + from + " to " + to);
  }
}
