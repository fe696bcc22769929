package dev.whimbrel.google.cloudsql;

import java.time.Instant;
import java.util.Optional;

/**
 * An operation on an instance ({@code operations.get} and {@code operations.list}).
 *
 * @param name its id
 * @param type BACKUP_VOLUME, RESTORE_VOLUME, UPDATE …
 * @param done whether it has ended; an ended one can still have failed
 * @param user who asked, where Cloud SQL says it
 * @param insertTime when it was accepted
 * @param endTime when it ended
 * @param backupId the backup it makes; Cloud SQL does not always say
 * @param error {@code [CODE] message} of an operation that failed
 */
public record OperationRecord(
    String name,
    String type,
    boolean done,
    Optional<String> user,
    Optional<Instant> insertTime,
    Optional<Instant> endTime,
    Optional<Long> backupId,
    Optional<String> error) {

  /** Whether it takes a backup. */
  public boolean isBackup() {
    return type.equals("BACKUP_VOLUME") || type.equals("ENHANCED_BACKUP");
  }

  /**
   * Whether it puts a backup back; the enumeration has the one word, samples in Google's pages the
   * other.
   */
  public boolean isRestore() {
    return type.equals("RESTORE_VOLUME") || type.equals("RESTORE_BACKUP");
  }

  /** Whether it ended and did its work. */
  public boolean succeeded() {
    return done && error.isEmpty();
  }

  /** Names it to a person. */
  public String describe() {
    return type
        + " "
        + name
        + user.map(who -> " by " + who).orElse("")
        + insertTime.map(when -> " since " + when).orElse("");
  }
}
