package dev.whimbrel.runner.flyway;

import dev.whimbrel.analysis.OnlineWork.ConcurrentIndex;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.database.ServerRestart;
import dev.whimbrel.runner.database.Session;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.guard.Guard;
import dev.whimbrel.runner.guard.LockLadder;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.InvalidIndexes;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;

/**
 * Executes one revision: with a short lock_timeout and a few attempts where it is one transaction;
 * once and without timeouts where it works CONCURRENTLY, for a timeout there leaves an invalid
 * index.
 */
final class RevisionRunner {

  private final Job job;
  private final Session session;
  private final Guard guard;
  private final LockLadder ladder;
  private final ServerRestart restart;

  /** A runner on the session that holds our lock. */
  RevisionRunner(GuardedSession guarded) {
    this.job = guarded.job();
    this.session = guarded.session();
    this.guard = guarded.guard();
    this.ladder = guarded.ladder();
    this.restart = guarded.restart();
  }

  /**
   * Executes it.
   *
   * @param what how the log and messages call it
   * @param revisions what is executed: one revision, or all of a group
   * @param work calls Flyway once; its argument says whether this is the last attempt
   * @throws StepFailure where it failed; the history tells what is in
   */
  void run(String what, List<Revision> revisions, Work work) throws SQLException {
    boolean transactional = revisions.stream().allMatch(Revision::transactional);
    boolean concurrent = revisions.stream().anyMatch(revision -> revision.online().concurrent());
    InvalidIndexes invalid = InvalidIndexes.now(session);
    refuseLeftovers(what, revisions, invalid);
    int attempts = transactional ? ladder.attempts() : 1;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      guard.check();
      long timeout = concurrent ? 0 : rung(attempt, transactional);
      session.set("lock_timeout", timeout + "ms");
      session.set("statement_timeout", "0");
      try {
        work.run(attempt == attempts);
        reportInvalid(what, invalid);
        return;
      } catch (FlywayException e) {
        retryOrFail(what, e, attempt == attempts, invalid);
        job.log()
            .info(
                "A lock was not free; trying again",
                "revision",
                what,
                "attempt",
                attempt,
                "lockTimeoutMillis",
                timeout);
        pause(attempt);
      }
    }
  }

  private long rung(int attempt, boolean transactional) {
    // Without a transaction there is one attempt only, so it gets the longest wait.
    int index = transactional ? attempt - 1 : ladder.attempts() - 1;
    return ladder.attemptsMillis().get(index);
  }

  /** Returns where another attempt may follow. */
  private void retryOrFail(
      String what, FlywayException e, boolean last, InvalidIndexes invalidBefore)
      throws SQLException {
    if (guard.cause().isPresent()) {
      throw new StepFailure(guard.explain(what));
    }
    StepEnd end = failure(what, e);
    boolean locked =
        SqlErrors.LOCK_NOT_AVAILABLE.equals(end.sqlState())
            || SqlErrors.DEADLOCK.equals(end.sqlState());
    if (locked && !last) {
      return;
    }
    if (!session.isClosed()) {
      reportInvalid(end.message(), invalidBefore);
    }
    throw new StepFailure(end);
  }

  private void pause(int attempt) {
    try {
      job.stop().await(ladder.pauseMillis(attempt));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private StepEnd failure(String what, FlywayException e) {
    String place = what;
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof FlywaySqlScriptException script) {
        String file = script.getResource() == null ? what : script.getResource().getFilename();
        place = file + (script.getLineNumber() > 0 ? ", line " + script.getLineNumber() : "");
        break;
      }
    }
    String where = place;
    return SqlErrors.find(e)
        .map(sql -> explain(where, sql))
        .orElseGet(() -> explain(where, e.getMessage().lines().findFirst().orElse("")));
  }

  private static StepEnd explain(String where, String said) {
    return said.contains("advisory lock")
        ? StepEnd.transientFailure(
            "LockHeld", where + ": another Flyway works in this database (" + said + ")", null)
        : StepEnd.permanent("FlywayFailed", where + ": " + said, null);
  }

  private StepEnd explain(String where, SQLException sql) {
    String state = SqlErrors.state(sql);
    if ((state.equals("57014") || state.equals("57P01")) && !restart.happened()) {
      // Neither we nor the guard sent it, and a person's hand is not to be fought.
      return StepEnd.permanent(
          "CancelledByHand",
          where
              + " was cancelled or its session ended by somebody in the database ("
              + SqlErrors.message(sql)
              + ")",
          state);
    }
    if (state.equals(SqlErrors.LOCK_NOT_AVAILABLE)) {
      return StepEnd.transientFailure(
          "LockTimeout",
          where
              + ": a lock was not free within any attempt; look for long transactions, or raise"
              + " spec.run.guard.lockTimeout",
          state);
    }
    return SqlErrors.end(where, sql);
  }

  private static void refuseLeftovers(
      String what, List<Revision> revisions, InvalidIndexes invalid) {
    for (Revision revision : revisions) {
      for (ConcurrentIndex index : revision.online().indexes()) {
        invalid.refuse(what + ", line " + index.line(), index);
      }
    }
  }

  private void reportInvalid(String what, InvalidIndexes before) throws SQLException {
    before.reportOthers(session, what, "delete the failed row of the history if there is one");
  }

  /** One attempt. */
  interface Work {

    /**
     * Calls Flyway.
     *
     * @param last whether no further attempt follows
     */
    void run(boolean last);
  }
}
