package dev.whimbrel.engine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever goes wrong: approved, alone, asked for once, told truly, given back. */
class RestoreSimulationTest {

  private static final int SEEDS = Integer.getInteger("whimbrel.restore.seeds", 2_000);

  @Test
  void withoutFaultsItSucceeds() {
    RestoreSimulation world = new RestoreSimulation(1, 0, 0).run();

    assertThat(world.phase()).isEqualTo("Succeeded");
  }

  @Test
  void anOperatorThatIsCutOffBeforeAnyOneWriteEndsAsIfNothingHadHappened() {
    int writes = new RestoreSimulation(1, 0, 0).run().writes();

    for (int crash = 1; crash <= writes; crash++) {
      RestoreSimulation world = new RestoreSimulation(1, 0, crash).run();

      assertThat(world.phase())
          .as("cut off before write %d of %d", crash, writes)
          .isEqualTo("Succeeded");
    }
  }

  @Test
  void seededSchedulesKeepEveryPromise() {
    Map<String, Integer> ends = new HashMap<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      try {
        ends.merge(new RestoreSimulation(seed, 30, 0).run().phase(), 1, Integer::sum);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }

    assertThat(ends.keySet())
        .as("what the schedules reach: %s", ends)
        .contains("Succeeded", "Failed", "Rejected", "Gone");
  }
}
