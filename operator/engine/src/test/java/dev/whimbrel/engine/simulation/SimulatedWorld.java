package dev.whimbrel.engine.simulation;

import java.util.HashSet;
import java.util.Set;

/** Everything there is in one schedule. */
final class SimulatedWorld {

  final Chance chance;
  final SimulatedClock clock = new SimulatedClock();
  final Trace trace;
  final Checks checks = new Checks(this);
  final SimulatedApi api;
  final GarbageCollector collector;
  final SimulatedDatabase database;
  final SimulatedInstance instance = new SimulatedInstance();
  final SimulatedPolicy policy = new SimulatedPolicy();
  final SimulatedService service = new SimulatedService(this);
  final Runners runners;
  final People people;

  /** Whether ConfigMaps carry the label by which their edits are noticed. */
  final boolean labelled;

  /** Run UID and plan hash of what has had its first statement. */
  final Set<String> begun = new HashSet<>();

  /** Run and plan of rehearsals that came to their end. */
  final Set<String> rehearsed = new HashSet<>();

  /** Run UIDs for which the history was read and found as planned. */
  final Set<String> inspectedClean = new HashSet<>();

  private final Set<String> happened = new HashSet<>();
  private final Weaknesses weaknesses;
  private String actor = "-";
  private boolean faults = true;

  SimulatedWorld(long seed, boolean traced, Weaknesses weaknesses) {
    this.chance = new Chance(seed);
    this.weaknesses = weaknesses;
    this.trace = new Trace(clock, traced);
    this.api = new SimulatedApi(trace, checks);
    this.collector = new GarbageCollector(api, checks, trace);
    this.database = new SimulatedDatabase(trace, checks);
    this.runners = new Runners(this);
    this.people = new People(this);
    this.labelled = !chance.oneIn(3);
  }

  /** Parts of the system that are left out on purpose, to see that the invariants notice. */
  Weaknesses weaknesses() {
    return weaknesses;
  }

  /** Whether this goes wrong now. */
  boolean strikes(Fault fault, int once) {
    if (!faults || !chance.oneIn(once)) {
      return false;
    }
    happened("fault:" + fault);
    trace.add("fault", fault::toString);
    return true;
  }

  /** What goes wrong however long one waits, because it is nobody's fault. */
  boolean stumbles(Fault fault, int once) {
    boolean now = chance.oneIn(once);
    if (now) {
      happened("fault:" + fault);
    }
    return now;
  }

  void endFaults() {
    faults = false;
    trace.add("fault", () -> "none from here on");
  }

  boolean faultsAreOver() {
    return !faults;
  }

  void happened(String what) {
    happened.add(what);
  }

  Set<String> whatHappened() {
    return happened;
  }

  String actor() {
    return actor;
  }

  /** Who acts now, for the trace. */
  void actor(String name) {
    actor = name;
  }
}
