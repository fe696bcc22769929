package dev.whimbrel.runner.alembic;

import dev.whimbrel.runner.StepFailure;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One call of the tool, from its start to its exit code. */
final class ToolCall {

  private final Bridge bridge;
  private final int number;
  private final CompletableFuture<Long> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  ToolCall(Bridge bridge, int number) {
    this.bridge = bridge;
    this.number = number;
  }

  int number() {
    return number;
  }

  void started(long pid) {
    started.complete(pid);
  }

  void ended(int exit) {
    ended.complete(exit);
  }

  /** The other side is gone, and with it this call. */
  void lost() {
    ended.completeExceptionally(new IllegalStateException("the tool's container is gone"));
  }

  /** Whether it runs no more. */
  boolean isOver() {
    return ended.isDone();
  }

  /**
   * Waits until it has ended, but not longer.
   *
   * @return what it left; empty where it still runs
   * @throws StepFailure where the tool's container ended meanwhile
   */
  Optional<ToolOutput> await(long millis) {
    try {
      return Optional.of(bridge.output(number, ended.get(millis, TimeUnit.MILLISECONDS)));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw bridge.gone();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StepFailure.transientFailure("Interrupted", "waiting for the tool was interrupted");
    }
  }

  /** Sends a signal, where it still runs. */
  void signal(String name) {
    if (!isOver()) {
      bridge.request("kill " + name + " " + number);
    }
  }
}
