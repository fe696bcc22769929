package dev.whimbrel.google.cloudsql;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of {@code backupRuns.list}.
 *
 * @param id int64 on the wire
 * @param description as given to the insert; absent on automated backups
 * @param type AUTOMATED, ON_DEMAND or FINAL
 * @param status see {@link Status}
 * @param enqueuedTime when it was requested
 * @param startTime when it started: what it contains at least
 * @param endTime when it was complete
 * @param location region or multi-region that holds it
 * @param error what Cloud SQL says about a failed one
 * @param databaseVersion of the instance when it was taken, like POSTGRES_17; where it is said
 */
public record BackupRecord(
    long id,
    Optional<String> description,
    String type,
    Status status,
    Optional<Instant> enqueuedTime,
    Optional<Instant> startTime,
    Optional<Instant> endTime,
    Optional<String> location,
    Optional<String> error,
    Optional<String> databaseVersion) {

  /** The statuses of the Admin API, and OTHER for those it may learn later. */
  public enum Status {
    ENQUEUED,
    OVERDUE,
    RUNNING,
    FAILED,
    SUCCESSFUL,
    SKIPPED,
    DELETION_PENDING,
    DELETION_FAILED,
    DELETED,
    OTHER;

    /** Whether it is a backup or may become one. */
    public boolean isLive() {
      return switch (this) {
        case ENQUEUED, OVERDUE, RUNNING, SUCCESSFUL -> true;
        case FAILED, SKIPPED, DELETION_PENDING, DELETION_FAILED, DELETED, OTHER -> false;
      };
    }

    /** Whether it ended without a backup. */
    public boolean hasFailed() {
      return this == FAILED || this == SKIPPED;
    }
  }

  /** Whether this is the on-demand backup that was requested under {@code wanted}. */
  public boolean isDescribedAs(String wanted) {
    return type.equals("ON_DEMAND") && description.filter(wanted::equals).isPresent();
  }
}
