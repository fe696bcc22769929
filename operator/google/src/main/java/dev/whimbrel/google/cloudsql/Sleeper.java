package dev.whimbrel.google.cloudsql;

import java.time.Duration;

/** Waits. A test's sleeper turns its clock instead. */
@FunctionalInterface
public interface Sleeper {

  /** Waits that long. */
  void sleep(Duration duration) throws InterruptedException;

  /** Really sleeps. */
  static Sleeper ofThread() {
    return Thread::sleep;
  }
}
