package dev.whimbrel.google.cloudsql;

import java.time.Duration;
import java.time.Instant;

/**
 * A backup that should exist.
 *
 * @param instance of what
 * @param description under which it is found again; unique to one wanted backup, at most {@value
 *     #MAX_DESCRIPTION} characters
 * @param requestedAt before which no such backup can exist, by the clock of whoever wrote the
 *     request down
 * @param firstRequest whether it is certain that nobody asked under this description before; then
 *     no time is spent on waiting for an earlier request to become visible
 * @param maxWait how long to wait for it to complete
 * @param pollInterval time between two looks
 * @param settleTime how long an accepted request may stay invisible in both lists; Google promises
 *     nothing here
 * @param clockSkew by how much Google's clock may be behind that of {@code requestedAt}
 */
public record BackupRequest(
    CloudSqlInstance instance,
    String description,
    Instant requestedAt,
    boolean firstRequest,
    Duration maxWait,
    Duration pollInterval,
    Duration settleTime,
    Duration clockSkew) {

  /** Google documents no limit; this is well below what is seen to work. */
  public static final int MAX_DESCRIPTION = 200;

  /** Checks the description. */
  public BackupRequest {
    if (description.isBlank() || description.length() > MAX_DESCRIPTION) {
      throw new IllegalArgumentException(
          "a backup's description has 1 to %d characters, not %d"
              .formatted(MAX_DESCRIPTION, description.length()));
    }
  }

  /**
   * A request with the usual times: looks every 5 s, 30 s until an invisible request is believed
   * not to exist, 5 min of clock skew.
   */
  public static BackupRequest of(
      CloudSqlInstance instance, String description, Instant requestedAt, Duration maxWait) {
    return new BackupRequest(
        instance,
        description,
        requestedAt,
        false,
        maxWait,
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofMinutes(5));
  }

  /** The same, certain that nobody asked before. */
  public BackupRequest asFirst() {
    return new BackupRequest(
        instance, description, requestedAt, true, maxWait, pollInterval, settleTime, clockSkew);
  }

  /** The same with other waiting times. */
  public BackupRequest withTimes(Duration newPollInterval, Duration newSettleTime) {
    return new BackupRequest(
        instance,
        description,
        requestedAt,
        firstRequest,
        maxWait,
        newPollInterval,
        newSettleTime,
        clockSkew);
  }
}
