package dev.whimbrel.quickstart.stage;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C: the thread that plays the story is interrupted and cleans up as at any other end, and the
 * JVM waits for it.
 */
final class Interruption {

  private static final long LIMIT_SECONDS = 60;

  private final Thread storyteller;
  private final Screen screen;
  private final Cleanup cleanup;
  private final CountDownLatch cleanedUp = new CountDownLatch(1);
  private volatile boolean happened;

  private Interruption(Thread storyteller, Screen screen, Cleanup cleanup) {
    this.storyteller = storyteller;
    this.screen = screen;
    this.cleanup = cleanup;
  }

  /** From now on an interrupted JVM interrupts this thread. */
  static Interruption ofThisThread(Screen screen, Cleanup cleanup) {
    Interruption interruption = new Interruption(Thread.currentThread(), screen, cleanup);
    Runtime.getRuntime().addShutdownHook(new Thread(interruption::shutDown, "interruption"));
    return interruption;
  }

  private void shutDown() {
    if (cleanedUp.getCount() == 0) {
      return;
    }
    happened = true;
    screen.mute();
    screen.line("");
    screen.line("Interrupted: ending and removing everything ...");
    cleanup.interruptBetweenStarts(storyteller);
    try {
      if (!cleanedUp.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        System.out.println("Still not done after " + LIMIT_SECONDS + " s: giving up.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether somebody pressed Ctrl-C. */
  boolean happened() {
    return happened;
  }

  /** Lets the JVM go. */
  void cleanedUp() {
    if (happened) {
      System.out.println("Nothing is left behind.");
    }
    cleanedUp.countDown();
  }
}
