package dev.whimbrel.engine.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What happened, for people. Written only when a failed seed is run again: the same seed takes the
 * same way.
 */
final class Trace {

  private final SimulatedClock clock;
  private final boolean on;
  private final List<String> lines = new ArrayList<>();

  Trace(SimulatedClock clock, boolean on) {
    this.clock = clock;
    this.on = on;
  }

  void add(String actor, Supplier<String> what) {
    if (on) {
      lines.add(
          String.format(
              "%4d  %9.1fs  %-10s  %s",
              lines.size() + 1, clock.sinceStart().toMillis() / 1000.0, actor, what.get()));
    }
  }

  String text() {
    return String.join("\n", lines);
  }
}
