package dev.whimbrel.google.cloudsql;

import java.time.Instant;
import java.util.Optional;

/** How {@link OnDemandBackup} ended. */
public sealed interface BackupResult {

  /**
   * The backup exists: its operation, where known, ended without error and the list shows it as
   * SUCCESSFUL.
   *
   * @param id of the backup run
   * @param startedAt what it contains at least: its age counts from here
   * @param endedAt when it was complete
   * @param description under which it was found
   * @param location region or multi-region that holds it
   * @param tier STANDARD or ENHANCED, where the instance says it
   */
  record Done(
      String id,
      Instant startedAt,
      Instant endedAt,
      String description,
      Optional<String> location,
      Optional<String> tier)
      implements BackupResult {}

  /**
   * No backup yet; asking again with the same description can help, and never makes a second one.
   *
   * @param reason one word in CamelCase
   * @param message what happened, to which instance, and what comes next
   * @param retryAt not before, where it is known
   */
  record Transient(String reason, String message, Optional<Instant> retryAt)
      implements BackupResult {}

  /**
   * No backup until a person changes something.
   *
   * @param reason one word in CamelCase
   * @param message what happened, to which instance, and what to do
   */
  record Permanent(String reason, String message) implements BackupResult {}
}
