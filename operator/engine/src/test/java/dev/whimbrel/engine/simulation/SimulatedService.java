package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.TrafficShare;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.engine.CloudRunTarget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The application on Cloud Run: which revision serves, what was read of it, and by whom. One for
 * all migrations of a schedule, as there is one database.
 */
final class SimulatedService {

  private final SimulatedWorld world;
  private final Set<String> read = new HashSet<>();
  private final Map<String, String> byRun = new HashMap<>();
  private String serving = "api-1";
  private int deployed = 1;

  SimulatedService(SimulatedWorld world) {
    this.world = world;
  }

  /** Somebody deploys. */
  void deploy() {
    serving = "api-" + ++deployed;
    world.trace.add("person", () -> "deploys " + serving);
  }

  /** Right before the first statement of a runner. */
  TrafficStatus read(SimulatedJob job, CloudRunTarget target) {
    TrafficStatus split =
        new TrafficStatus(
            target.resource(),
            world.clock.instant().toString(),
            serving,
            List.of(new TrafficShare(serving, 100, null)),
            null,
            null);
    read.add(job.migrationUid + " " + split.recordedAt() + " " + serving);
    byRun.put(job.runUid(), serving);
    world.happened("traffic:Recorded");
    return split;
  }

  /** Whether a migrate step of this run has read it. */
  boolean isRead(String run) {
    return byRun.containsKey(run);
  }

  /** Whether a migrate step of this very migration has read this at that time. */
  boolean isRead(String migrationUid, TrafficStatus split) {
    return split.shares().size() == 1
        && read.contains(
            migrationUid + " " + split.recordedAt() + " " + split.shares().getFirst().revision());
  }

  /**
   * A runner puts a split back.
   *
   * @return whether anything had to be moved
   */
  boolean restore(SimulatedJob job) {
    TrafficStatus split = job.traffic.orElseThrow();
    Invariant.TRAFFIC.require(
        isRead(job.migrationUid, split),
        () -> "job " + job.name() + " puts back " + split + ", which nobody has read");
    String wanted = split.shares().getFirst().revision();
    boolean moved = !wanted.equals(serving);
    serving = wanted;
    world.happened(moved ? "traffic:Restored" : "traffic:Unchanged");
    world.trace.add("pod", () -> job.name() + " puts the traffic back to " + wanted);
    return moved;
  }
}
