package dev.whimbrel.runner;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says that the process was asked to end (SIGTERM). */
public final class StopSignal {

  private final CountDownLatch asked = new CountDownLatch(1);

  /** Asks the process to end. */
  public void request() {
    asked.countDown();
  }

  /** Whether it was asked. */
  public boolean requested() {
    return asked.getCount() == 0;
  }

  /**
   * Waits until it is asked, but not longer.
   *
   * @return whether it was asked
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean await(long millis) throws InterruptedException {
    return asked.await(millis, TimeUnit.MILLISECONDS);
  }
}
