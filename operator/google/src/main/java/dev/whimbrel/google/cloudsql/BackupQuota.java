package dev.whimbrel.google.cloudsql;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Cloud SQL's limit of 5 backups per 50 minutes and instance: a bucket of 5 tokens that gains one
 * every 10 minutes; failed backups cost nothing (backup options page of Cloud SQL, 2026-04-10).
 * Asking beyond it makes an operation that fails, so we look first.
 */
final class BackupQuota {

  /** How far back backups are counted. */
  static final Duration WINDOW = Duration.ofMinutes(50);

  private static final int TOKENS = 5;
  private static final Duration REFILL = Duration.ofMinutes(10);

  private BackupQuota() {}

  /** When the next backup may be asked for; empty for at once. */
  static Optional<Instant> nextTokenAt(Collection<BackupRecord> backups, Instant now) {
    List<Instant> spent =
        backups.stream()
            .filter(backup -> !backup.status().hasFailed())
            .flatMap(backup -> backup.enqueuedTime().stream())
            .filter(time -> time.isAfter(now.minus(WINDOW)))
            .sorted()
            .toList();
    double tokens = TOKENS;
    Instant last = now.minus(WINDOW);
    for (Instant time : spent) {
      tokens = Math.max(0, refilled(tokens, last, time) - 1);
      last = time;
    }
    double left = refilled(tokens, last, now);
    if (left >= 1) {
      return Optional.empty();
    }
    return Optional.of(now.plusMillis((long) Math.ceil((1 - left) * REFILL.toMillis())));
  }

  private static double refilled(double tokens, Instant from, Instant to) {
    double gained = (double) Duration.between(from, to).toMillis() / REFILL.toMillis();
    return Math.min(TOKENS, tokens + Math.max(0, gained));
  }
}
