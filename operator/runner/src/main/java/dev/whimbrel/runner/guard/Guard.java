package dev.whimbrel.runner.guard;

import dev.whimbrel.protocol.RunnerResult.Kind;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Watches the executing sessions from another one, every 100 ms. With more victims than allowed it
 * ends our backends at once: a cancel would leave an open transaction with its locks. At the
 * deadline and on SIGTERM it cancels first, so that a statement can end cleanly, and ends the
 * backend later.
 *
 * <p>Victims are counted through pg_locks, which every role may read; through pg_stat_activity an
 * ordinary role saw none of them.
 */
public final class Guard implements AutoCloseable {

  private static final long POLL_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Job job;
  private final Connections connections;
  private final WatchedSessions executing;
  private final Duration limit;
  private final Instant deadline;
  private final AtomicReference<StopCause> cause = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile long victims;
  private volatile long mostVictims;
  private volatile boolean blind;
  private Session session;
  private Instant stoppedAt;

  /**
   * Begins to watch.
   *
   * @param session the guard's own; closed with the guard
   * @param executing the sessions to watch
   * @param limit how long the work may take from now on
   */
  public Guard(
      Job job,
      Connections connections,
      Session session,
      WatchedSessions executing,
      Duration limit) {
    this.job = job;
    this.connections = connections;
    this.session = session;
    this.executing = executing;
    this.limit = limit;
    this.deadline = job.clock().instant().plus(limit);
    this.thread = Thread.ofPlatform().daemon().name("guard").start(this::watch);
  }

  /**
   * Asks whether the next statement may begin.
   *
   * @throws StepFailure where the work was stopped
   */
  public void check() {
    if (job.stop().requested()) {
      cause.compareAndSet(null, StopCause.TERMINATED);
    }
    if (cause.get() != null) {
      throw new StepFailure(explain(""));
    }
  }

  /** What was seen so far, under this ladder of lock timeouts. */
  public GuardReport report(LockLadder ladder) {
    return new GuardReport(
        ladder.longestMillis(), job.input().guard().maxBlockedSessions(), mostVictims, blind);
  }

  /** Why the work was stopped, if it was. */
  public Optional<StopCause> cause() {
    return Optional.ofNullable(cause.get());
  }

  /**
   * How the step ends where the work was stopped.
   *
   * @param where what was executing
   */
  public StepEnd explain(String where) {
    String during = where.isEmpty() ? "" : " during " + where;
    return switch (cause.get()) {
      case VICTIMS ->
          StepEnd.stopped(
              Kind.STOPPED,
              "GuardStopped",
              victims
                  + " sessions waited for locks of the migration"
                  + during
                  + " (spec.run.guard.maxBlockedSessions is "
                  + job.input().guard().maxBlockedSessions()
                  + "): it was stopped; run it when there is less traffic, or split the change");
      case DEADLINE ->
          StepEnd.stopped(
              Kind.PERMANENT,
              "DeadlineExceeded",
              "the migration did not end within "
                  + limit.toSeconds()
                  + " s"
                  + during
                  + " and was cancelled: raise spec.run.deadline (onlineDeadline for CONCURRENTLY),"
                  + " or split the change");
      case TERMINATED ->
          StepEnd.stopped(
              Kind.STOPPED,
              "Terminated",
              "the pod was told to end" + during + ": the migration was cancelled in the database");
    };
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    session.close();
  }

  private void watch() {
    while (!closed) {
      try {
        look();
        if (job.stop().await(POLL_MILLIS)) {
          Thread.sleep(POLL_MILLIS);
        }
      } catch (SQLException e) {
        reconnect(e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() throws SQLException {
    if (cause.get() == null) {
      findCause().ifPresent(found -> cause.compareAndSet(null, found));
    }
    if (cause.get() != null && !closed) {
      act(cause.get());
    }
  }

  private Optional<StopCause> findCause() throws SQLException {
    if (job.stop().requested()) {
      return Optional.of(StopCause.TERMINATED);
    }
    if (job.clock().instant().isAfter(deadline)) {
      return Optional.of(StopCause.DEADLINE);
    }
    int max = job.input().guard().maxBlockedSessions();
    if (max > 0) {
      Integer[] pids = executing.pids(session).toArray(Integer[]::new);
      victims =
          session.number(
              """
              SELECT count(DISTINCT pid) FROM pg_catalog.pg_locks
              WHERE NOT granted AND pid <> ALL (?) AND pg_catalog.pg_blocking_pids(pid) && ?
              """,
              pids,
              pids);
      mostVictims = Math.max(mostVictims, victims);
      if (victims > max) {
        return Optional.of(StopCause.VICTIMS);
      }
    }
    return Optional.empty();
  }

  private void act(StopCause why) throws SQLException {
    List<Integer> pids = executing.pids(session);
    if (stoppedAt == null) {
      stoppedAt = job.clock().instant();
      job.log().warn("Stopping the migration in the database", "cause", why, "pids", pids);
    }
    boolean patient = Duration.between(stoppedAt, job.clock().instant()).compareTo(PATIENCE) < 0;
    String function =
        why != StopCause.VICTIMS && patient ? "pg_cancel_backend" : "pg_terminate_backend";
    for (int pid : pids) {
      session.text("SELECT pg_catalog." + function + "(?)", pid);
    }
  }

  private void reconnect(SQLException lost) {
    job.log().warn("The guard lost its session and opens another", "error", lost.getMessage());
    blind = true;
    session.close();
    try {
      abandonAfterDeadline();
      Thread.sleep(POLL_MILLIS);
      session = connections.watcher();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (StepFailure e) {
      // The next look fails as well, and comes back here.
      job.log().warn("The guard has no session", "error", e.getMessage());
    }
  }

  /**
   * Where the database cannot be reached at the deadline, nothing can be cancelled there; the
   * executing thread is freed from its wait, and the server ends the backend whose client is gone.
   */
  private void abandonAfterDeadline() {
    if (!closed && job.clock().instant().isAfter(deadline.plus(PATIENCE))) {
      cause.compareAndSet(null, StopCause.DEADLINE);
      job.log().warn("The database is out of reach at the deadline; leaving the session");
      executing.abandon();
    }
  }
}
