package dev.whimbrel.testkit.google;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** How an instance behaves. Safe to change while the fake runs; affects what begins afterwards. */
public final class FakeBehavior {

  private volatile Duration pendingFor = Duration.ZERO;
  private volatile Duration runningFor = Duration.ZERO;
  private volatile Duration backupListLag = Duration.ZERO;
  private volatile Duration operationListLag = Duration.ZERO;
  private volatile boolean backupContext = true;
  private volatile boolean failBackupRun;
  private volatile Optional<String> operationError = Optional.empty();
  private volatile int maxPageSize = 500;

  FakeBehavior() {}

  /** How long operations stay PENDING, then RUNNING; by default neither. */
  public FakeBehavior operationsTake(Duration pending, Duration running) {
    pendingFor = Objects.requireNonNull(pending);
    runningFor = Objects.requireNonNull(running);
    return this;
  }

  /** How long a new backup is missing from {@code backupRuns.list} and {@code get}. */
  public FakeBehavior backupsListedAfter(Duration lag) {
    backupListLag = Objects.requireNonNull(lag);
    return this;
  }

  /** How long a new operation is missing from {@code operations.list}. */
  public FakeBehavior operationsListedAfter(Duration lag) {
    operationListLag = Objects.requireNonNull(lag);
    return this;
  }

  /** Whether operations say which backup they make; Google's samples do not always. */
  public FakeBehavior withBackupContext(boolean shown) {
    backupContext = shown;
    return this;
  }

  /** Backups end FAILED although their operation is DONE without error. */
  public FakeBehavior failBackupRuns(boolean fail) {
    failBackupRun = fail;
    return this;
  }

  /** Operations end DONE with this error (HTTP 200 all the same); empty for none. */
  public FakeBehavior failOperations(Optional<String> message) {
    operationError = Objects.requireNonNull(message);
    return this;
  }

  /** Largest page of a list, whatever the client asks for. */
  public FakeBehavior maxPageSize(int size) {
    maxPageSize = size;
    return this;
  }

  Duration pendingFor() {
    return pendingFor;
  }

  Duration runningFor() {
    return runningFor;
  }

  Duration backupListLag() {
    return backupListLag;
  }

  Duration operationListLag() {
    return operationListLag;
  }

  boolean backupContext() {
    return backupContext;
  }

  boolean failBackupRun() {
    return failBackupRun;
  }

  Optional<String> operationError() {
    return operationError;
  }

  int maxPageSize() {
    return maxPageSize;
  }
}
