package dev.whimbrel.analysis.catalog;

import java.util.OptionalDouble;

/**
 * How busy a relation is, on average since the server's statistics were reset, or else since the
 * server was made.
 *
 * @param writesPerSecond rows inserted, updated and deleted
 * @param readsPerSecond rows read by scans of the table and of its indexes
 */
public record Traffic(OptionalDouble writesPerSecond, OptionalDouble readsPerSecond) {

  /** Nothing is known. */
  public static Traffic unknown() {
    return new Traffic(OptionalDouble.empty(), OptionalDouble.empty());
  }

  /** One that is known. */
  public static Traffic of(double writesPerSecond, double readsPerSecond) {
    return new Traffic(OptionalDouble.of(writesPerSecond), OptionalDouble.of(readsPerSecond));
  }
}
