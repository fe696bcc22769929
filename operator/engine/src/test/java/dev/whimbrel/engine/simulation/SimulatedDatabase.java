package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.CheckResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A database: a catalog, history tables, sessions and one advisory lock. What is in the catalog is
 * told apart by name: {@code table/script} for the whole effect of a script, with {@code #half} for
 * the first half of one without transaction.
 */
final class SimulatedDatabase {

  /** A row of a history table. */
  record Row(String script, boolean success) {}

  /**
   * Evidence of a verification.
   *
   * @param checks names of the checks that were asked for
   * @param holds whether all of them passed
   * @param found what each found
   */
  record Verified(
      SimulatedJob job,
      String table,
      String revision,
      List<String> checks,
      boolean holds,
      List<CheckResult> found) {}

  /** A connection of a runner. It may outlive its client. */
  static final class Session {
    final String pod;
    final String run;
    final String table;
    boolean clientAlive = true;
    boolean changing;

    /** A script whose transaction is open. */
    Script open;

    /** What the server still does after the client has died; null for nothing. */
    Runnable inFlight;

    Session(String pod, String run, String table) {
      this.pod = pod;
      this.run = run;
      this.table = table;
    }
  }

  final Set<String> catalog = new HashSet<>();
  final List<Session> sessions = new ArrayList<>();
  final List<Verified> verifications = new ArrayList<>();
  private final Map<String, List<Row>> histories = new HashMap<>();
  private final Map<String, Integer> executions = new HashMap<>();
  private final Trace trace;
  private final Checks checks;
  private Session lockHolder;

  SimulatedDatabase(Trace trace, Checks checks) {
    this.trace = trace;
    this.checks = checks;
  }

  List<Row> history(String table) {
    return histories.computeIfAbsent(table, key -> new ArrayList<>());
  }

  boolean isIn(String table, String script) {
    return history(table).stream().anyMatch(row -> row.success && row.script.equals(script));
  }

  boolean isDirty(String table) {
    return history(table).stream().anyMatch(row -> !row.success);
  }

  /** The last successful revision; empty for none. */
  String revision(String table) {
    return history(table).stream().filter(Row::success).reduce("", (a, b) -> b.script, (a, b) -> b);
  }

  /** Of the catalog: equal exactly when the catalogs are equal. */
  String fingerprint() {
    return catalog.size() + "-" + Integer.toHexString(catalog.hashCode());
  }

  Session connect(String pod, String run, String table) {
    Session session = new Session(pod, run, table);
    sessions.add(session);
    return session;
  }

  boolean lock(Session session) {
    if (lockHolder == null) {
      lockHolder = session;
    }
    return lockHolder == session;
  }

  void disconnect(Session session) {
    sessions.remove(session);
    if (lockHolder == session) {
      lockHolder = null;
    }
  }

  /** A transactional script and its history row become visible together. */
  void commit(Session session, Script script) {
    started(session, script);
    whole(session, script);
    row(session, script, true);
    trace.add("database", () -> "committed " + script.name() + " of " + session.run);
  }

  /** It changes data, and leaves no trace in the history. */
  void callback(Session session, Script script) {
    checks.changes(this, session);
    trace.add("database", () -> "ran " + script.name() + " of " + session.run);
  }

  /** What undoes a script and the end of its history row become visible together. */
  void undo(Session session, String script) {
    checks.changes(this, session);
    catalog.remove(session.table + "/" + script);
    history(session.table).removeIf(row -> row.script.equals(script));
    executions.remove(session.table + "/" + script);
    trace.add("database", () -> "undid " + script + " of " + session.run);
  }

  void firstHalf(Session session, Script script) {
    started(session, script);
    catalog.add(session.table + "/" + script.name() + "#half");
    trace.add("database", () -> "half of " + script.name() + " is in, by " + session.run);
  }

  void secondHalf(Session session, Script script) {
    whole(session, script);
    trace.add("database", () -> "all of " + script.name() + " is in, by " + session.run);
  }

  void row(Session session, Script script, boolean success) {
    checks.changes(this, session);
    history(session.table).add(new Row(script.name(), success));
  }

  private void whole(Session session, Script script) {
    checks.changes(this, session);
    catalog.remove(session.table + "/" + script.name() + "#half");
    catalog.add(session.table + "/" + script.name());
  }

  private void started(Session session, Script script) {
    checks.changes(this, session);
    int times = executions.merge(session.table + "/" + script.name(), 1, Integer::sum);
    Invariant.ONCE.require(
        times == 1,
        () -> script.name() + " of table " + session.table + " is carried out " + times + " times");
  }

  /** A person looks, and undoes by hand what is in without a record. */
  void repair(String table) {
    history(table).removeIf(row -> !row.success);
    Set<String> unrecorded = new HashSet<>();
    for (String effect : catalog) {
      String script = effect.substring(effect.indexOf('/') + 1).replace("#half", "");
      if (effect.startsWith(table + "/") && !isIn(table, script)) {
        unrecorded.add(effect);
        executions.remove(table + "/" + script);
      }
    }
    catalog.removeAll(unrecorded);
    trace.add("person", () -> "repaired the database by hand: removed " + unrecorded);
  }

  /** The server goes on without the client, or notices that it is gone. */
  void step(Session orphan, boolean carriesOut) {
    if (orphan.inFlight != null && carriesOut) {
      orphan.inFlight.run();
    }
    orphan.inFlight = null;
    disconnect(orphan);
    trace.add("database", () -> "the session of " + orphan.pod + " has ended");
  }
}
