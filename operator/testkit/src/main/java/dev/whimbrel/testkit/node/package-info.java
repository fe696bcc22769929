/**
 * A simulated node: what a kubelet and a scheduler do, seen from the API, with containers as local
 * processes. {@link dev.whimbrel.testkit.node.SimulatedNode} takes pods from a real API server or
 * from the in-memory one, prepares their volumes and environment, runs them, reports their status
 * word for word as a kubelet would, serves their logs, and breaks on demand.
 *
 * <p>What it does not pretend to have: images (a name is mapped to a local command), users, limits,
 * security contexts, a network of its own (every pod is 127.0.0.1), probes, restarts, eviction. A
 * test that needs one of these belongs on a real node.
 */
package dev.whimbrel.testkit.node;
