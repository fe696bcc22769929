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

  /** Some need a rare coincidence. The first that fails is enough, so that most take moments. */
  private static final int SEEDS = 10_000;

  @ParameterizedTest
  @EnumSource
  void a_missing_safeguard_is_noticed(Weakness weakness) {
    Invariant.Violation violation = firstViolation(weakness);

    assertThat(violation.invariant()).isIn(expected(weakness));
  }

  private static Invariant.Violation firstViolation(Weakness weakness) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        Simulation.run(seed, Weaknesses.of(weakness));
      } catch (Invariant.Violation violation) {
        System.out.printf("Without it, %s: seed %d: %s%n", weakness, seed, violation.getMessage());
        return violation;
      } catch (RuntimeException e) {
        // The engine itself may stumble over a state that cannot be; an invariant is to be seen.
        continue;
      }
    }
    throw new AssertionError(weakness + " is not noticed within " + SEEDS + " schedules");
  }

  private static Set<Invariant> expected(Weakness weakness) {
    return switch (weakness) {
      case NO_OPTIMISTIC_LOCK ->
          EnumSet.of(
              Invariant.COVERED,
              Invariant.HONEST,
              Invariant.ONE_RUNNER,
              Invariant.OUTLIVES_DELETION);
      case ACTS_BEFORE_PERSISTING ->
          EnumSet.of(Invariant.COVERED, Invariant.ONE_RUNNER, Invariant.OUTLIVES_DELETION);
      case APPROVALS_NOT_JUDGED, RUNNER_DOES_NOT_COMPARE, REST_NOT_COMPARED ->
          EnumSet.of(Invariant.COVERED);
      case POLICY_NOT_ASKED -> EnumSet.of(Invariant.FORBIDDEN);
      case BACKUP_NOT_LOOKED_FOR -> EnumSet.of(Invariant.ONE_BACKUP);
      case JOBS_ALWAYS_OWNED -> EnumSet.of(Invariant.OUTLIVES_DELETION);
      case NO_WAKE_UP -> EnumSet.of(Invariant.COMES_TO_REST);
      case LEASE_NOT_RESPECTED, STALE_LEASE_RELEASED -> EnumSet.of(Invariant.ONE_RUNNER);
      case ORPHANS_NOT_SEEN -> EnumSet.of(Invariant.HONEST, Invariant.ONCE);
      case STALE_JOBS_CREATED -> EnumSet.of(Invariant.ONE_RUNNER, Invariant.HONEST);
      case UNKNOWN_TAKEN_FOR_YES -> EnumSet.of(Invariant.ANSWERED);
      case LOSS_NOT_SEEN, HOLD_FORGOTTEN -> EnumSet.of(Invariant.UNDONE);
      case ROLLOUT_KEPT -> EnumSet.of(Invariant.FOUND);
      case TRAFFIC_GUESSED -> EnumSet.of(Invariant.TRAFFIC);
    };
  }
}
