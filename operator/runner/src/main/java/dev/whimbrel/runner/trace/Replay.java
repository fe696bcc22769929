package dev.whimbrel.runner.trace;

import dev.whimbrel.analysis.OwnTransactions;
import dev.whimbrel.analysis.Statement;
import dev.whimbrel.analysis.Trees;
import dev.whimbrel.analysis.locks.Effect;
import dev.whimbrel.analysis.locks.Effect.Work;
import dev.whimbrel.analysis.locks.LockTracer;
import dev.whimbrel.runner.database.SqlErrors;
import dev.whimbrel.runner.tool.Revision;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the statements of a plan in their order, in the transactions in which its tool would run
 * them. It stops where one fails, or can tell nothing any more.
 */
final class Replay {

  private static final Duration BUDGET = Duration.ofMinutes(2);

  /** Of a statement that PostgreSQL refuses in a transaction block. */
  private static final String IN_TRANSACTION = "25001";

  private final ThrowAwayServer server;
  private final LockTracer<SQLException> tracer;
  private final Trees trees;
  private final Clock clock;
  private final Instant end;
  private final List<Measured> measured = new ArrayList<>();

  Replay(ThrowAwayServer server, Trees trees, Clock clock) throws SQLException {
    this.server = server;
    this.trees = trees;
    this.tracer = new LockTracer<>(server);
    this.clock = clock;
    this.end = clock.instant().plus(BUDGET);
  }

  /** Runs all that can be run. */
  Replayed run(List<Revision> revisions) throws SQLException {
    server.inTransactions(true);
    for (Revision revision : revisions) {
      if (!revision.joins()) {
        server.commit();
      }
      if (!revision.planned().code().isEmpty()) {
        return stopped(
            "revision " + revision.script() + " runs code, whose statements no preview shows");
      }
      for (Statement statement : revision.statements()) {
        Optional<Replayed> stop = run(revision, statement);
        if (stop.isPresent()) {
          return stop.get();
        }
      }
    }
    try {
      server.commit();
    } catch (SQLException e) {
      return failed(revisions.getLast(), revisions.getLast().statements().getLast(), e);
    }
    return new Replayed(measured, Optional.empty(), Optional.empty());
  }

  /** One statement; present where it is the last. */
  private Optional<Replayed> run(Revision revision, Statement statement) throws SQLException {
    if (clock.instant().isAfter(end)) {
      return Optional.of(
          stopped("the statements before " + place(revision, statement) + " took 2 minutes"));
    }
    if (statement.starts("COPY")) {
      return Optional.of(
          stopped(place(revision, statement) + " copies rows, which a trace does not do"));
    }
    if (changesRole(statement)) {
      return Optional.of(
          stopped(
              place(revision, statement)
                  + " changes the role, and roles have no rights on the throw-away server"));
    }
    boolean outside = OwnTransactions.refusesTransaction(trees, statement);
    try {
      if (outside) {
        server.commit();
      }
      server.inTransactions(!outside);
      List<Effect> effects = tracer.trace(statement.text());
      measured.add(
          new Measured(
              revision.script(), statement, !outside, outside ? lasting(effects) : effects));
      if (!revision.transactional()) {
        server.commit();
      }
      return Optional.empty();
    } catch (SQLException e) {
      // The transaction is the trace's: the tool would run it in none.
      boolean ours = !revision.transactional() && SqlErrors.state(e).equals(IN_TRANSACTION);
      return Optional.of(
          ours
              ? stopped(place(revision, statement) + " runs in no transaction, and was given one")
              : failed(revision, statement, e));
    }
  }

  private static boolean changesRole(Statement statement) {
    int name = statement.isAny(1, "LOCAL", "SESSION") ? 2 : 1;
    return statement.starts("SET")
        && (statement.isAny(name, "ROLE", "AUTHORIZATION")
            || statement.matches(name, "SESSION", "AUTHORIZATION"));
  }

  /** Without what is only seen while a transaction is open: scans are counted now or later. */
  private static List<Effect> lasting(List<Effect> effects) {
    return effects.stream()
        .map(effect -> {
          Set<Work> work = new HashSet<>(effect.work());
          work.remove(Work.SCANNED);
          return new Effect(effect.relation(), effect.lock(), work);
        })
        .filter(effect -> !effect.work().isEmpty())
        .toList();
  }

  private Replayed stopped(String reason) {
    return new Replayed(measured, Optional.empty(), Optional.of(reason));
  }

  private Replayed failed(Revision revision, Statement statement, SQLException error) {
    return new Replayed(
        measured,
        Optional.of(
            new Failure(
                revision.script(), statement, SqlErrors.state(error), SqlErrors.message(error))),
        Optional.empty());
  }

  private static String place(Revision revision, Statement statement) {
    return revision.script() + " line " + statement.line();
  }

  /**
   * What was seen.
   *
   * @param measured the statements that ran, in their order
   * @param failure the one that failed
   * @param stopped why there was no more to be seen, though none failed
   */
  record Replayed(List<Measured> measured, Optional<Failure> failure, Optional<String> stopped) {}

  /**
   * A statement that ran.
   *
   * @param script in which it is
   * @param inTransaction whether its locks could be seen: not those of what commits by itself
   * @param effects on relations that were there before the plan
   */
  record Measured(
      String script, Statement statement, boolean inTransaction, List<Effect> effects) {}

  /** A statement that was refused. */
  record Failure(String script, Statement statement, String state, String message) {}
}
