package dev.whimbrel.google.cloudsql;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that is turned by hand, and by whoever sleeps on it. */
public final class TestClock extends Clock implements Sleeper {

  private final AtomicReference<Instant> now;

  /** Begins then. */
  public TestClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /** Turns it on. */
  public void turn(Duration by) {
    now.updateAndGet(time -> time.plus(by));
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    turn(duration);
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return Clock.fixed(instant(), zone);
  }
}
