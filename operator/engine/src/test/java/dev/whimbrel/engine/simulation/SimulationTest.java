package dev.whimbrel.engine.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.engine.Phase;
import dev.whimbrel.protocol.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/**
 * Runs many schedules. {@code -Dwhimbrel.simulation.seeds=N} sets how many, {@code
 * -Dwhimbrel.simulation.seed=N} runs one and prints its trace.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SimulationTest {

  private static final int SEEDS = Integer.getInteger("whimbrel.simulation.seeds", 10_000);
  private static final Long SEED = Long.getLong("whimbrel.simulation.seed");
  private static final Duration BUDGET = Duration.ofSeconds(60);

  /** From this number of schedules on, everything that can happen must have happened. */
  private static final int ENOUGH = 5_000;

  @Test
  void every_invariant_holds_in_every_schedule() {
    if (SEED != null) {
      System.out.println(Simulation.trace(SEED, Weaknesses.none()));
      Simulation.run(SEED, Weaknesses.none());
      return;
    }
    Statistics statistics = new Statistics();
    long start = System.nanoTime();

    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        statistics.add(Simulation.run(seed, Weaknesses.none()));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(told(seed, e), e);
      }
    }

    System.out.printf(
        "Simulation: %d schedules in %.1f s (budget %d s), in so many of them:%n%s",
        SEEDS, (System.nanoTime() - start) / 1e9, BUDGET.toSeconds(), statistics.report());
    if (SEEDS >= ENOUGH) {
      assertThat(neverHappened(statistics)).as("what no schedule has reached").isEmpty();
    }
  }

  private static String told(long seed, Throwable failure) {
    return "seed "
        + seed
        + " fails:\n"
        + Simulation.trace(seed, Weaknesses.none())
        + "\n"
        + failure
        + "\nReplay: ./mvnw -pl operator/engine -am test -Dtest=SimulationTest"
        + " -Dsurefire.failIfNoSpecifiedTests=false -Dwhimbrel.simulation.seed="
        + seed;
  }

  private static List<String> neverHappened(Statistics statistics) {
    List<String> all =
        new ArrayList<>(Arrays.stream(Fault.values()).map(f -> "fault:" + f).toList());
    Arrays.stream(Phase.values()).forEach(phase -> all.add("phase:" + phase.label()));
    Arrays.stream(Phase.values())
        .filter(Phase::resting)
        .forEach(phase -> all.add("end:" + phase.label()));
    // A restore has a simulation of its own.
    EnumSet.complementOf(EnumSet.of(Outcome.RESTORED, Outcome.UNDERWAY))
        .forEach(outcome -> all.add("outcome:" + outcome));
    Arrays.stream(Phase.values()).forEach(phase -> all.add("deleted:" + phase.label()));
    List.of("Continues", "ContinuesCallbacks", "RolledBackCallbacks")
        .forEach(plan -> all.add("plan:" + plan));
    List.of("Running", "Passed", "Failed", "Superseded")
        .forEach(state -> all.add("rollout:" + state));
    List.of("Running", "Restored", "Unchanged", "Failed")
        .forEach(state -> all.add("trafficRestore:" + state));
    all.add("traffic:Recorded");
    all.addAll(List.of("people:policy", "reason:Forbidden", "plan:Blocked"));
    all.add("plan:ChecksRecorded");
    all.add("checks:Shown");
    all.addAll(List.of("rehearsal:Done", "reason:CannotRehearse", "reason:RehearsalIncomplete"));
    List.of("background", GarbageCollector.FOREGROUND, GarbageCollector.ORPHAN)
        .forEach(mode -> all.add("delete:" + mode));
    // What changes the database, or may have, is not let go before its end is recorded.
    all.remove("deleted:" + Phase.RECOVERING.label());
    all.remove("deleted:" + Phase.ROLLING_BACK.label());
    return all.stream().filter(what -> statistics.schedulesWith(what) == 0).toList();
  }
}
