package dev.whimbrel.runner.steps;

import dev.whimbrel.protocol.RunnerInput;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.AdvisoryLock;
import dev.whimbrel.runner.database.Connections;
import dev.whimbrel.runner.database.Preflight;
import dev.whimbrel.runner.database.ServerRestart;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.Guard;
import dev.whimbrel.runner.guard.LockLadder;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.PreparedWork;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * The session that holds our lock, for as long as something may be changed, and a second one for
 * the guard. Both are checked to be what they seem before the lock is taken.
 */
final class ExclusiveSession implements AutoCloseable {

  private final Job job;
  private final Connections connections;
  private final Session session;
  private final Session watcher;

  private ExclusiveSession(Job job, Connections connections, Session session, Session watcher) {
    this.job = job;
    this.connections = connections;
    this.session = session;
    this.watcher = watcher;
  }

  /**
   * Opens it and takes the lock.
   *
   * @throws StepFailure where another runner has the lock, or the database is not what it seems
   */
  static ExclusiveSession open(Job job) throws SQLException {
    Connections connections = Connections.of(job);
    Session session = connections.readWrite();
    Session watcher = null;
    try {
      watcher = connections.watcher();
      Preflight.require(job, session, watcher);
      AdvisoryLock.take(job, session);
      return new ExclusiveSession(job, connections, session, watcher);
    } catch (SQLException | RuntimeException e) {
      session.close();
      if (watcher != null) {
        watcher.close();
      }
      throw e;
    }
  }

  /** The session that holds the lock. */
  Session session() {
    return session;
  }

  /** Whether the instance can be recovered to a point in time, where that is known. */
  Boolean pointInTimeRecovery() {
    return connections.pointInTimeRecovery();
  }

  /** Asks something that must not change anything, although the session could. */
  <T> T readOnly(Question<T> question) throws SQLException {
    session.set("default_transaction_read_only", "on");
    try {
      return question.ask(session);
    } finally {
      session.set("default_transaction_read_only", "off");
    }
  }

  /**
   * Does the work, watched by the guard.
   *
   * @param limit how long it may take
   * @param done told after each revision
   * @return how the step ends where the guard stopped the work
   * @throws StepFailure where a revision failed
   */
  Optional<StepEnd> carryOut(PreparedWork work, Duration limit, Runnable done) throws SQLException {
    RunnerInput.Guard settings = job.input().guard();
    LockLadder ladder =
        LockLadder.of(settings.lockTimeoutMillis(), LockLadder.deadlockTimeoutMillis(session));
    ServerRestart restart = ServerRestart.since(session, connections);
    // A guard closes its session, and a rehearsal needs one guard after the other.
    Session watching = watcher.isClosed() ? connections.watcher() : watcher;
    try (Guard guard = new Guard(job, connections, watching, work.watched(session), limit)) {
      try {
        work.carryOut(new GuardedSession(job, session, guard, ladder, restart), done);
        job.report().guarded(guard.report(ladder));
        return Optional.empty();
      } catch (SQLException e) {
        // A cancel of the guard may hit a question of ours between two revisions.
        if (guard.cause().isPresent()) {
          return Optional.of(guard.explain(""));
        }
        throw e;
      }
    }
  }

  @Override
  public void close() {
    watcher.close();
    session.close();
  }

  /** A question to the database. */
  interface Question<T> {

    /** Asks it. */
    T ask(Session session) throws SQLException;
  }
}
