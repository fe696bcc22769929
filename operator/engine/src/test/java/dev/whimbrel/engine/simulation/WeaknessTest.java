package dev.whimbrel.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.engine.simulation.Weaknesses.Weakness;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A simulation that never fails proves nothing: each missing safeguard must be noticed. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class WeaknessTest {

  private static final int SEEDS = 3_000;

  @ParameterizedTest
  @EnumSource
  void a_missing_safeguard_is_noticed(Weakness weakness) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        Simulation.run(seed, Weaknesses.of(weakness));
      } catch (Invariant.Violation e) {
        System.out.printf("Without %s seed %d fails: %s%n", weakness, seed, e.getMessage());
        assertThat(expected(weakness)).contains(e.invariant());
        return;
      }
    }
    throw new AssertionError(weakness + " is not noticed within " + SEEDS + " schedules");
  }

  private static Set<Invariant> expected(Weakness weakness) {
    return EnumSet.allOf(Invariant.class);
  }
}
