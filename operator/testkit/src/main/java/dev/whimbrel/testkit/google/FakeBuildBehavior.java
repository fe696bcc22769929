package dev.whimbrel.testkit.google;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;

/** How builds behave. Safe to change while the fake runs; affects what is created afterwards. */
public final class FakeBuildBehavior {

  private volatile Duration queuedFor = Duration.ZERO;
  private volatile boolean outputs = true;
  private final Deque<End> ends = new ArrayDeque<>();

  FakeBuildBehavior() {}

  /** When a build ends otherwise than by itself. */
  public enum Moment {
    /** While it waits for a worker: no step has begun. */
    QUEUED,
    /** When its steps have all ended, whatever they did. */
    STEPS_DONE
  }

  /**
   * An end that is not the steps' own.
   *
   * @param moment when
   * @param status EXPIRED, INTERNAL_ERROR, TIMEOUT, FAILURE or CANCELLED
   * @param detail what Cloud Build says; empty for nothing
   */
  public record End(Moment moment, String status, String detail) {}

  /** How long builds wait for a worker. Beyond their queueTtl they end EXPIRED. */
  public FakeBuildBehavior queuedFor(Duration wait) {
    queuedFor = Objects.requireNonNull(wait);
    return this;
  }

  /** The next build ends like this; further calls are for those after it. */
  public synchronized FakeBuildBehavior endNext(Moment moment, String status, String detail) {
    ends.add(new End(moment, status, detail));
    return this;
  }

  /** Whether a build shows what its steps left; Google promises only the first 50 KB of it. */
  public FakeBuildBehavior showOutputs(boolean shown) {
    outputs = shown;
    return this;
  }

  Duration queuedFor() {
    return queuedFor;
  }

  boolean outputs() {
    return outputs;
  }

  synchronized Optional<End> takeEnd() {
    return Optional.ofNullable(ends.poll());
  }
}
