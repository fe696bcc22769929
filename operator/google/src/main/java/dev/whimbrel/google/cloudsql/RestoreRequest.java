package dev.whimbrel.google.cloudsql;

import java.time.Duration;
import java.time.Instant;

/**
 * A backup that should replace its instance, once.
 *
 * @param instance which one
 * @param backup id of one of its backup runs
 * @param after when the newest operation that is none of ours was accepted, by Cloud SQL's clock
 * @param firstRequest whether it is certain that nobody asked before; then a restore that is found
 *     is somebody else's
 * @param maxWait how long to wait for its end
 * @param pollInterval time between two looks
 * @param settleTime how long an accepted request may stay invisible in the list of operations;
 *     Google promises nothing here
 */
public record RestoreRequest(
    CloudSqlInstance instance,
    long backup,
    Instant after,
    boolean firstRequest,
    Duration maxWait,
    Duration pollInterval,
    Duration settleTime) {

  /** A request with the usual times: looks every 5 s, 60 s until nothing is believed to come. */
  public static RestoreRequest of(
      CloudSqlInstance instance, long backup, Instant after, boolean first, Duration maxWait) {
    return new RestoreRequest(
        instance, backup, after, first, maxWait, Duration.ofSeconds(5), Duration.ofSeconds(60));
  }

  /** The same with other waiting times. */
  public RestoreRequest withTimes(Duration newPollInterval, Duration newSettleTime) {
    return new RestoreRequest(
        instance, backup, after, firstRequest, maxWait, newPollInterval, newSettleTime);
  }
}
