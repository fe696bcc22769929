package dev.whimbrel.runner.alembic;

import dev.whimbrel.analysis.OnlineWork.ConcurrentIndex;
import dev.whimbrel.runner.Job;
import dev.whimbrel.runner.StepEnd;
import dev.whimbrel.runner.StepFailure;
import dev.whimbrel.runner.tool.GuardedSession;
import dev.whimbrel.runner.tool.InvalidIndexes;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Carries out stretches, one call of Alembic each, in the user's image. Where all of a stretch is
 * transactional, with a short lock_timeout and a few attempts; otherwise once, and without a
 * lock_timeout, for a timeout of CONCURRENTLY leaves an invalid index. What is in afterwards the
 * rows of Alembic's table say, never its exit code.
 */
final class AlembicExecution {

  private static final long POLL_MILLIS = 50;

  /** How long the tool may take to end after the guard has ended its sessions. */
  private static final long TERM_AFTER_MILLIS = 8_000;

  private static final long KILL_AFTER_MILLIS = 12_000;

  private final GuardedSession guarded;
  private final AlembicCommand command;
  private final RevisionGraph graph;
  private final Map<String, List<ConcurrentIndex>> indexes;
  private final boolean downgrade;
  private VersionRows rows;

  /**
   * An execution.
   *
   * @param indexes that each revision makes CONCURRENTLY, by its id
   * @param downgrade whether the stretches undo
   * @param rows of Alembic's table right now
   */
  AlembicExecution(
      GuardedSession guarded,
      AlembicCommand command,
      RevisionGraph graph,
      Map<String, List<ConcurrentIndex>> indexes,
      boolean downgrade,
      VersionRows rows) {
    this.guarded = guarded;
    this.command = command;
    this.graph = graph;
    this.indexes = Map.copyOf(indexes);
    this.downgrade = downgrade;
    this.rows = rows;
  }

  /**
   * Executes.
   *
   * @param done told after each revision that is in, or out again
   * @throws StepFailure where one failed
   */
  void run(List<Stretch> stretches, Runnable done) throws SQLException {
    for (Stretch stretch : stretches) {
      run(stretch, done);
    }
  }

  private void run(Stretch stretch, Runnable done) throws SQLException {
    Job job = guarded.job();
    InvalidIndexes invalid = InvalidIndexes.now(guarded.session());
    refuseLeftovers(stretch, invalid);
    int attempts = stretch.transactional() ? guarded.ladder().attempts() : 1;
    int told = 0;
    for (int attempt = 1; attempt <= attempts; attempt++) {
      guarded.guard().check();
      long timeout =
          stretch.transactional() ? guarded.ladder().attemptsMillis().get(attempt - 1) : 0;
      job.log()
          .info(
              downgrade ? "Revisions are undone" : "Revisions begin",
              "revisions",
              String.join(", ", stretch.ids()),
              "attempt",
              attempt,
              "lockTimeoutMillis",
              timeout);
      VersionRows before = rows;
      ToolTransactions transactions =
          new ToolTransactions(ToolSessions.after(job.input(), guarded.session()));
      Ended ended = await(command.startChange(timeout, verb(), stretch.target()), transactions);
      transactions.settle(guarded.session());
      rows = rows.again(job, guarded.session());
      boolean complete = Set.copyOf(rows.rows()).equals(stretch.rows());
      for (int now = done(stretch, rows); told < now; told++) {
        done.run();
      }
      if (complete && ended.gone() == null) {
        finish(stretch, ended.output(), invalid);
        return;
      }
      StepFailure failure =
          ended.gone() == null ? failure(stretch, ended.output(), before, invalid) : ended.gone();
      requireUnbroken(stretch, transactions, before, failure);
      if (attempt == attempts || !isLock(ended)) {
        throw failure;
      }
      job.log().info("A lock was not free; trying again", "command", command(stretch));
      pause(attempt);
    }
  }

  /** How many revisions of the stretch are done. */
  private int done(Stretch stretch, VersionRows now) {
    if (Set.copyOf(now.rows()).equals(stretch.rows())) {
      return stretch.ids().size();
    }
    return now.rows().stream()
        .map(stretch.ids()::indexOf)
        .filter(index -> index >= 0)
        .map(index -> downgrade ? index : index + 1)
        .max(Integer::compare)
        .orElse(0);
  }

  private void finish(Stretch stretch, ToolOutput output, InvalidIndexes invalid)
      throws SQLException {
    if (!output.succeeded()) {
      guarded
          .job()
          .log()
          .warn(
              "Alembic failed although its revisions are recorded",
              "exit",
              output.exit(),
              "error",
              ToolError.of(output, graph).describe());
    }
    reportInvalid("revision " + stretch.target() + " is recorded", invalid);
  }

  private StepFailure failure(
      Stretch stretch, ToolOutput output, VersionRows before, InvalidIndexes invalid)
      throws SQLException {
    if (guarded.guard().cause().isPresent()) {
      return new StepFailure(guarded.guard().explain(command(stretch)));
    }
    command.requireFound(output);
    if (output.succeeded()) {
      return nothingCommitted(stretch, before);
    }
    StepEnd end = explain(command(stretch), ToolError.of(output, graph));
    reportInvalid(end.message(), invalid);
    return new StepFailure(end);
  }

  private boolean isLock(Ended ended) {
    return ended.gone() == null
        && guarded.guard().cause().isEmpty()
        && ToolError.of(ended.output(), graph).isLock();
  }

  /** Where its rows alone would not tell what the tool has done, no other attempt may follow. */
  private void requireUnbroken(
      Stretch stretch, ToolTransactions transactions, VersionRows before, StepFailure failure) {
    if (!stretch.transactional()) {
      return;
    }
    // Alembic's own table may be made in a transaction before.
    int recorded = done(stretch, rows) - done(stretch, before) + (before.rows().isEmpty() ? 1 : 0);
    Optional<String> broken = transactions.broken(recorded);
    if (broken.isPresent()) {
      throw unclear(failure, "NotOneTransaction", broken.get());
    }
    if (transactions.hidden() && !stretch.showsInCatalog()) {
      throw unclear(
          failure,
          "HiddenTransactions",
          "whether the tool kept to one transaction, another role than its own cannot see (GRANT"
              + " pg_read_all_stats)");
    }
  }

  private StepFailure unclear(StepFailure failure, String reason, String why) {
    return new StepFailure(
        StepEnd.unclear(
            reason,
            why
                + ", so something may be in that the history does not tell of: look for it in "
                + guarded.job().databaseName()
                + ". "
                + failure.end().message(),
            failure.end().sqlState()));
  }

  private StepEnd explain(String what, ToolError error) {
    boolean ended = error.sqlState().equals("57014") || error.sqlState().equals("57P01");
    if (ended && !guarded.restart().happened()) {
      // Neither we nor the guard sent it, and a person's hand is not to be fought.
      return StepEnd.permanent(
          "CancelledByHand",
          what
              + ": "
              + error.describe()
              + "; it was cancelled or its session ended by somebody in the database",
          error.sqlState());
    }
    if (error.sqlState().equals("55P03")) {
      return StepEnd.transientFailure(
          "LockTimeout",
          error.describe()
              + ": a lock was not free within any attempt; look for long transactions, or raise"
              + " spec.run.guard.lockTimeout",
          error.sqlState());
    }
    return error.end(what + " failed");
  }

  private StepFailure nothingCommitted(Stretch stretch, VersionRows before) {
    if (rows.rows().equals(before.rows())) {
      return StepFailure.permanent(
          "NothingCommitted",
          "Alembic reported success and committed nothing: "
              + guarded.job().databaseName()
              + " is still at revision \""
              + rows.current()
              + "\" after alembic "
              + verb()
              + " "
              + stretch.target()
              + "; env.py must run migrations inside context.begin_transaction(), and no migration"
              + " may end the process");
    }
    return StepFailure.permanent(
        "OtherRevision",
        "alembic "
            + verb()
            + " "
            + stretch.target()
            + " reported success, but "
            + guarded.job().databaseName()
            + " is at revision \""
            + rows.current()
            + "\"");
  }

  /** The guard cancels in the database; a tool that does not notice is ended by signals. */
  private Ended await(ToolCall call, ToolTransactions transactions) {
    long stoppedAt = 0;
    boolean terminated = false;
    while (true) {
      transactions.look(guarded.session());
      try {
        Optional<ToolOutput> output = call.await(POLL_MILLIS);
        if (output.isPresent()) {
          return new Ended(output.get(), null);
        }
      } catch (StepFailure gone) {
        return new Ended(null, gone);
      }
      if (guarded.guard().cause().isPresent()) {
        long now = System.nanoTime() / 1_000_000;
        stoppedAt = stoppedAt == 0 ? now : stoppedAt;
        if (now - stoppedAt > KILL_AFTER_MILLIS) {
          call.signal("KILL");
        } else if (now - stoppedAt > TERM_AFTER_MILLIS && !terminated) {
          call.signal("TERM");
          terminated = true;
        }
      }
    }
  }

  private void pause(int attempt) {
    try {
      guarded.job().stop().await(guarded.ladder().pauseMillis(attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseLeftovers(Stretch stretch, InvalidIndexes invalid) {
    for (String id : stretch.ids()) {
      for (ConcurrentIndex index : indexes.getOrDefault(id, List.of())) {
        invalid.refuse("revision " + id, index);
      }
    }
  }

  private void reportInvalid(String what, InvalidIndexes before) throws SQLException {
    before.reportOthers(guarded.session(), what, "look what else of the revision is in");
  }

  private String verb() {
    return downgrade ? "downgrade" : "upgrade";
  }

  private String command(Stretch stretch) {
    return "alembic " + verb() + " " + stretch.target();
  }

  /**
   * How a call ended.
   *
   * @param output what the tool left; null where its container is gone
   * @param gone null where it is not
   */
  private record Ended(ToolOutput output, StepFailure gone) {}
}
