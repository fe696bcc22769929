package dev.whimbrel.engine.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One schedule: a time with faults, then a time without, in which everything comes to rest. */
final class Simulation {

  /** More than enough for every deadline of {@link Specs} to pass, a minute at a time. */
  private static final int LONGEST_SETTLING = 3000;

  private final SimulatedWorld world;
  private final List<Operator> operators = new ArrayList<>();
  private final List<String> names = new ArrayList<>(List.of("orders"));
  private final boolean eventsArrive;

  private Simulation(long seed, boolean traced, Weaknesses weaknesses) {
    world = new SimulatedWorld(seed, traced, weaknesses);
    eventsArrive = !world.chance.oneIn(4);
    operators.add(new Operator(world, "operator-a"));
    if (world.chance.oneIn(3)) {
      operators.add(new Operator(world, "operator-b"));
      operators.getFirst().rival(operators.getLast());
      operators.getFirst().interlude(() -> steps(world.chance.between(10, 120)));
    }
    if (world.chance.oneIn(3)) {
      names.add("stock");
    }
  }

  /**
   * Runs one schedule.
   *
   * @return what happened in it
   * @throws Invariant.Violation if an invariant does not hold
   */
  static Set<String> run(long seed, Weaknesses weaknesses) {
    Simulation simulation = new Simulation(seed, false, weaknesses);
    simulation.run();
    return simulation.world.whatHappened();
  }

  /** Runs a schedule again, for its trace. */
  static String trace(long seed, Weaknesses weaknesses) {
    Simulation simulation = new Simulation(seed, true, weaknesses);
    try {
      simulation.run();
      return simulation.world.trace.text();
    } catch (AssertionError | RuntimeException e) {
      return simulation.world.trace.text() + "\n" + e.getMessage();
    }
  }

  private void run() {
    names.forEach(world.people::create);
    operators.forEach(Operator::start);
    steps(world.chance.between(20, 260));
    world.endFaults();
    settle();
    world.checks.atEnd();
  }

  private void steps(int count) {
    for (int left = count; left > 0; left--) {
      step();
    }
  }

  private void step() {
    switch (world.chance.below(20)) {
      case 0, 1 -> {
        world.people.act(world.chance.pick(names));
        event();
      }
      case 2 -> world.collector.step(world.chance);
      case 3 -> world.runners.endOrphan();
      case 4 -> world.clock.pass(Duration.ofSeconds(world.chance.between(1, 30)));
      case 5 -> {
        if (world.strikes(Fault.DUPLICATE_RECONCILE, 2)) {
          world.chance.pick(operators).notice(world.chance.pick(names));
        }
      }
      case 6, 7, 8, 9, 10, 11 -> {
        if (world.runners.step()) {
          event();
        }
      }
      default -> {
        if (!world.chance.pick(operators).work()) {
          passTime();
        }
      }
    }
  }

  private void event() {
    if (!eventsArrive || world.chance.oneIn(8)) {
      world.happened("fault:" + Fault.EVENT_LOST);
      return;
    }
    operators.forEach(operator -> names.forEach(operator::notice));
  }

  private void passTime() {
    Optional<Instant> next =
        operators.stream().flatMap(o -> o.next().stream()).min(Instant::compareTo);
    next.ifPresent(world.clock::passUntil);
  }

  /** From here on no watch event arrives any more: time alone must bring everything to rest. */
  private void settle() {
    boolean approving = !world.chance.oneIn(4);
    operators.getFirst().start();
    for (int round = 0; round < LONGEST_SETTLING; round++) {
      names.forEach(name -> world.people.settle(name, approving && world.chance.oneIn(3)));
      boolean busy = world.collector.step(world.chance) | world.runners.step();
      if (world.chance.oneIn(3)) {
        busy |= world.runners.endOrphan();
      }
      busy |= operators.getFirst().work();
      if (!busy) {
        if (isOver()) {
          return;
        }
        operators.getFirst().next().ifPresent(world.clock::passUntil);
      }
    }
  }

  private boolean isOver() {
    return operators.getFirst().next().isEmpty()
        && world.database.sessions.stream().allMatch(session -> session.clientAlive)
        && world.api.migrationNames().stream()
            .map(name -> world.api.migration(name).orElseThrow())
            .allMatch(m -> Checks.isAtRest(m) && !Findings.areAwaited(m));
  }
}
