package dev.whimbrel.testkit.google;

import java.time.Instant;
import java.util.Optional;

/** An operation on an instance: PENDING, RUNNING, DONE. Guarded by its instance. */
final class FakeOperation {

  /** What an operation does when it starts to run. */
  interface Work {
    void run() throws Exception;
  }

  private final String name;
  private final String type;
  private final String user;
  private final Instant insertTime;
  private final Instant runAt;
  private final Instant doneAt;
  private final Instant listedAt;
  private final Optional<Long> backupId;
  private final Optional<String> target;
  private final Work work;
  private Optional<Instant> startTime = Optional.empty();
  private Optional<Instant> endTime = Optional.empty();
  private Optional<String> error = Optional.empty();

  FakeOperation(
      String name,
      String type,
      String user,
      Instant now,
      FakeBehavior behavior,
      Optional<Long> backupId,
      Optional<String> target,
      Work work) {
    this.name = name;
    this.type = type;
    this.user = user;
    this.insertTime = now;
    this.runAt = now.plus(behavior.pendingFor());
    this.doneAt = runAt.plus(behavior.runningFor());
    this.listedAt = now.plus(behavior.operationListLag());
    this.backupId = backupId;
    this.target = target;
    this.work = work;
  }

  /** Goes as far as the clock allows; the work itself is done in this call. */
  void advance(java.time.Clock clock, Optional<String> ordered) {
    Instant now = clock.instant();
    if (startTime.isEmpty() && !now.isBefore(runAt)) {
      startTime = Optional.of(now);
      try {
        work.run();
        error = ordered;
      } catch (Exception e) {
        error = Optional.of(e.getMessage() == null ? e.getClass().getName() : e.getMessage());
      }
    }
    if (startTime.isPresent()
        && endTime.isEmpty()
        && (error.isPresent() || !now.isBefore(doneAt))) {
      endTime = Optional.of(clock.instant());
    }
  }

  String name() {
    return name;
  }

  String type() {
    return type;
  }

  String user() {
    return user;
  }

  Instant insertTime() {
    return insertTime;
  }

  Optional<Instant> startTime() {
    return startTime;
  }

  Optional<Instant> endTime() {
    return endTime;
  }

  Optional<String> error() {
    return endTime.isPresent() ? error : Optional.empty();
  }

  Optional<Long> backupId() {
    return backupId;
  }

  /** Which instance it makes, where that is another. */
  Optional<String> target() {
    return target;
  }

  boolean done() {
    return endTime.isPresent();
  }

  boolean listed(Instant now) {
    return !now.isBefore(listedAt);
  }

  String status() {
    if (endTime.isPresent()) {
      return "DONE";
    }
    return startTime.isPresent() ? "RUNNING" : "PENDING";
  }
}
