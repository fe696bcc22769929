package dev.whimbrel.runner.guard;

import dev.whimbrel.runner.database.Session;
import java.sql.SQLException;
import java.util.List;

/** The sessions that execute: ours, or those that a tool has opened. */
public interface WatchedSessions {

  /**
   * Process ids of their backends, as they are now. Asked every 100 ms.
   *
   * @param guard the guard's own session, to look with
   */
  List<Integer> pids(Session guard) throws SQLException;

  /**
   * Frees whoever waits for their answer, without asking the server: the deadline is over and the
   * server is out of reach.
   */
  void abandon();

  /** One session of ours. */
  static WatchedSessions of(Session session) {
    return new WatchedSessions() {
      @Override
      public List<Integer> pids(Session guard) {
        return List.of(session.pid());
      }

      @Override
      public void abandon() {
        session.abandon();
      }
    };
  }
}
