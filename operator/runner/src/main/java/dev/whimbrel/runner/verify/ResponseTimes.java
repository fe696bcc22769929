package dev.whimbrel.runner.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long the same request took, again and again.
 *
 * @param sorted in nanoseconds, shortest first
 */
record ResponseTimes(List<Long> sorted) {

  private static final double HIGH = 0.95;

  ResponseTimes {
    List<Long> copy = new ArrayList<>(sorted);
    Collections.sort(copy);
    sorted = List.copyOf(copy);
  }

  int samples() {
    return sorted.size();
  }

  Duration median() {
    return Duration.ofNanos(sorted.get((sorted.size() - 1) / 2));
  }

  /** What all but one in twenty stay below. */
  Duration high() {
    return Duration.ofNanos(sorted.get((int) Math.ceil(sorted.size() * HIGH) - 1));
  }

  /** The median as specs spell durations. */
  String text() {
    return millis(median());
  }

  static String millis(Duration duration) {
    return Math.max(1, duration.plusNanos(500_000).toMillis()) + "ms";
  }
}
