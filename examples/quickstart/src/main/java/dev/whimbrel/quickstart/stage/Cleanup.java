package dev.whimbrel.quickstart.stage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;

/** What has been started, ended in reverse order, each whatever becomes of the others. */
public final class Cleanup implements AutoCloseable {

  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final ReentrantLock starting = new ReentrantLock();
  private final Screen screen;

  public Cleanup(Screen screen) {
    this.screen = screen;
  }

  /** Remembers what has to be ended, and returns it. */
  public <T extends AutoCloseable> T add(T resource) {
    started.push(resource);
    return resource;
  }

  /**
   * Starts something that has to be ended, and remembers it. It is not interrupted halfway: what
   * has begun to start a server's processes could not end them.
   *
   * @throws InterruptedException when somebody pressed Ctrl-C before
   */
  public <T extends AutoCloseable> T start(Callable<T> resource) throws InterruptedException {
    starting.lock();
    try {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      return add(resource.call());
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      starting.unlock();
    }
  }

  /** Interrupts a thread as soon as it is not in the middle of starting something. */
  public void interruptBetweenStarts(Thread thread) {
    starting.lock();
    try {
      thread.interrupt();
    } finally {
      starting.unlock();
    }
  }

  @Override
  public void close() {
    // An interrupted thread could not wait for the end of a process.
    boolean interrupted = Thread.interrupted();
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        screen.line("While cleaning up: " + e);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
