package dev.whimbrel.runner.tool;

import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.guard.WatchedSessions;
import java.sql.SQLException;

/** Revisions that can be carried out, or undone, right now. */
public interface PreparedWork {

  /**
   * The sessions that will execute. By default the one that holds our lock.
   *
   * @param session holds our lock
   */
  default WatchedSessions watched(Session session) {
    return WatchedSessions.of(session);
  }

  /**
   * Does it, revision by revision.
   *
   * @param done told after each revision that is in, or out again
   * @throws StepFailure at the first that fails; the history tells what is in
   */
  void carryOut(GuardedSession guarded, Runnable done) throws SQLException;
}
