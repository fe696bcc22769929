/**
 * Runs the pending SQL of a plan on a throw-away server with the structure of the database, and
 * tells what it was seen to do: {@code
 * docs/adr/0020-a-trace-runs-on-a-server-of-the-users-image.md}.
 *
 * <p>Nothing in here writes to the database: {@link dev.whimbrel.runner.trace.ThrowAwayServer} is
 * the only way to run something, and it refuses a server that does not call itself one. Whatever
 * goes wrong becomes a sentence in the plan; only a lost session with the database ends the step.
 */
package dev.whimbrel.runner.trace;
