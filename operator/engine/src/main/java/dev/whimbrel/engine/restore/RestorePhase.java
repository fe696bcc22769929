package dev.whimbrel.engine.restore;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Where a restore stands. {@link #next()} lists every legal transition. */
public enum RestorePhase {
  /** Read-only: what would be replaced and lost, and whether Cloud SQL would do it. */
  PLANNING("Planning"),
  /** A person has to decide. */
  AWAITING_APPROVAL("AwaitingApproval"),
  /** Waits until nobody changes the instance, then has it restored. */
  RESTORING("Restoring"),
  /** The backup is back; the database of the migration is connected to and read. */
  VERIFYING("Verifying"),
  /** Restored and read back. */
  SUCCEEDED("Succeeded"),
  /** Ended; the message says whether the backup is back. */
  FAILED("Failed"),
  /** A person said no, or nobody said yes in time. */
  REJECTED("Rejected"),
  /** Cloud SQL began and did not end well: the instance is held until a person has looked. */
  UNRESOLVED("Unresolved");

  private final String label;

  RestorePhase(String label) {
    this.label = label;
  }

  /** The word used in status. */
  public String label() {
    return label;
  }

  /** The phase with this label; empty for a word of another version. */
  public static Optional<RestorePhase> of(String label) {
    return Arrays.stream(values()).filter(phase -> phase.label.equals(label)).findFirst();
  }

  /** Whether nothing happens by itself in this phase. */
  public boolean resting() {
    return switch (this) {
      case SUCCEEDED, FAILED, REJECTED, UNRESOLVED -> true;
      case PLANNING, AWAITING_APPROVAL, RESTORING, VERIFYING -> false;
    };
  }

  /** Phases that may follow. */
  public Set<RestorePhase> next() {
    return switch (this) {
      case PLANNING -> EnumSet.of(AWAITING_APPROVAL, FAILED);
      case AWAITING_APPROVAL -> EnumSet.of(RESTORING, REJECTED, FAILED);
      case RESTORING -> EnumSet.of(VERIFYING, REJECTED, FAILED, UNRESOLVED);
      case VERIFYING -> EnumSet.of(SUCCEEDED, FAILED);
      // acknowledged by a person
      case UNRESOLVED -> EnumSet.of(FAILED);
      case SUCCEEDED, FAILED, REJECTED -> EnumSet.noneOf(RestorePhase.class);
    };
  }
}
