package dev.whimbrel.engine.simulation;

import dev.whimbrel.engine.Reconciliation;
import dev.whimbrel.engine.simulation.Weaknesses.Weakness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One operator process: a queue of migrations to look at, and nothing else that it remembers. */
final class Operator {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final SimulatedWorld world;
  private final String name;
  private final Map<String, Instant> queue = new TreeMap<>();
  private Optional<Operator> rival = Optional.empty();
  private Runnable interlude = () -> {};
  private boolean heldUp;

  Operator(SimulatedWorld world, String name) {
    this.world = world;
    this.name = name;
  }

  /** Another process that believes to be the leader. */
  void rival(Operator other) {
    rival = Optional.of(other);
  }

  /** What the world does while this process stands still in the middle of a pass. */
  void interlude(Runnable steps) {
    interlude = steps;
  }

  /** At start every migration is looked at. */
  void start() {
    queue.clear();
    world.trace.add(name, () -> "starts");
    world.api.migrationNames().forEach(this::notice);
  }

  /** A watch event. */
  void notice(String migration) {
    queue.put(migration, world.clock.instant());
  }

  Optional<Instant> next() {
    return queue.values().stream().min(Instant::compareTo);
  }

  /**
   * Looks at one migration that is due.
   *
   * @return whether there was one
   */
  boolean work() {
    if (heldUp) {
      return false;
    }
    Optional<String> due =
        queue.entrySet().stream()
            .filter(entry -> !entry.getValue().isAfter(world.clock.instant()))
            .min(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey);
    due.ifPresent(migration -> reconcile(migration, true));
    return due.isPresent();
  }

  private void reconcile(String migration, boolean mayBeInterrupted) {
    queue.remove(migration);
    Port port = new Port(world, migration, name, mayBeInterrupted ? this::meanwhile : odds -> {});
    try {
      Optional<Instant> wakeAt = pass(port);
      if (port.sawOlder()) {
        notice(migration);
        return;
      }
      world.checks.decided(port.known(), wakeAt);
      if (rival.isEmpty() && mayBeInterrupted) {
        world.checks.undisturbed(port.known());
      }
      if (!world.weaknesses().has(Weakness.NO_WAKE_UP)) {
        wakeAt.ifPresent(at -> queue.put(migration, at));
      }
    } catch (Reconciliation.Conflict | SimulatedApi.ApiFailure e) {
      world.trace.add(name, e::getMessage);
      queue.put(migration, world.clock.instant().plus(SOON));
    } catch (Port.Crash e) {
      start();
    }
  }

  private Optional<Instant> pass(Port port) throws Reconciliation.Conflict {
    return world.weaknesses().has(Weakness.ACTS_BEFORE_PERSISTING)
        ? new HastyReconciliation(port, world.clock).run()
        : new Reconciliation(port, world.clock).run();
  }

  private void meanwhile(int heldUpOnceIn) {
    if (rival.isPresent() && !heldUp && world.strikes(Fault.LEADER_HELD_UP, heldUpOnceIn)) {
      heldUp = true;
      interlude.run();
      heldUp = false;
      world.trace.add(name, () -> "goes on where it was held up");
    }
    List<String> names = world.api.migrationNames();
    if (!names.isEmpty() && !world.faultsAreOver() && world.chance.oneIn(40)) {
      world.people.act(world.chance.pick(names));
    }
    if (rival.isPresent() && !names.isEmpty() && world.strikes(Fault.SECOND_LEADER, 15)) {
      rival.get().reconcile(world.chance.pick(names), false);
    }
  }
}
