package dev.whimbrel.engine.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The one source of chance of a schedule. */
final class Chance {

  private final SplittableRandom random;

  Chance(long seed) {
    this.random = new SplittableRandom(seed);
  }

  /** True once in so many times, on average. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** From zero to less than the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends included. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
