package dev.whimbrel.controller.process;

import dev.whimbrel.controller.act.RunnerImage;
import java.util.Set;

/**
 * How an operator process is set up.
 *
 * @param namespace the operator's own: Leases live there
 * @param watchNamespaces where migrations are watched; empty for all
 * @param runner the image of the steps
 * @param leaderElection whether this replica waits until it leads
 * @param identity of this replica, unique
 * @param port of health and metrics; 0 for any free port
 */
public record Options(
    String namespace,
    Set<String> watchNamespaces,
    RunnerImage runner,
    boolean leaderElection,
    String identity,
    int port) {

  public Options {
    watchNamespaces = Set.copyOf(watchNamespaces);
  }
}
