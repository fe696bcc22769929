package dev.whimbrel.engine.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Time passes when the schedule says so. */
final class SimulatedClock extends Clock {

  private static final Instant START = Instant.parse("2026-11-25T08:00:00Z");

  private Instant now = START;

  void pass(Duration time) {
    now = now.plus(time);
  }

  void passUntil(Instant then) {
    if (then.isAfter(now)) {
      now = then;
    }
  }

  Duration sinceStart() {
    return Duration.between(START, now);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
