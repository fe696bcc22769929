package dev.whimbrel.engine.simulation;

import java.util.ArrayList;
import java.util.List;

/** The nodes: every pod that there is, and the database sessions that some left behind. */
final class Runners {

  private final SimulatedWorld world;
  private final List<Runner> pods = new ArrayList<>();

  Runners(SimulatedWorld world) {
    this.world = world;
  }

  void start(SimulatedJob job) {
    job.neverScheduled = world.strikes(Fault.NEVER_SCHEDULED, 40);
    pods.add(new Runner(world, job));
  }

  List<Runner> alive() {
    return pods.stream().filter(Runner::alive).toList();
  }

  /**
   * Lets one pod make one step.
   *
   * @return whether there was one that could
   */
  boolean step() {
    List<Runner> able = pods.stream().filter(Runner::canStep).toList();
    if (able.isEmpty()) {
      return false;
    }
    Runner runner = world.chance.pick(able);
    world.actor("pod");
    runner.step();
    if (!runner.alive()) {
      pods.remove(runner);
    }
    return true;
  }

  /**
   * Lets one session that has lost its client come to its end.
   *
   * @return whether there was one
   */
  boolean endOrphan() {
    List<SimulatedDatabase.Session> orphans =
        world.database.sessions.stream().filter(session -> !session.clientAlive).toList();
    if (orphans.isEmpty()) {
      return false;
    }
    SimulatedDatabase.Session orphan = world.chance.pick(orphans);
    boolean commits = orphan.inFlight != null && world.chance.oneIn(2);
    if (commits) {
      world.happened("fault:" + Fault.ORPHAN_COMMITTED);
    }
    world.database.step(orphan, commits);
    return true;
  }
}
