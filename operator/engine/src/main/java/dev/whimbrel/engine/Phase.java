package dev.whimbrel.engine;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where a run stands. {@link #next()} lists every legal transition; {@code docs/phases.md} draws
 * them, and a test keeps the two alike. A new run may start from every resting phase, and from
 * every phase in which nothing that may change the database is under way: those arrows are not
 * repeated here.
 */
public enum Phase {
  /** Read-only: connect, check the history, render, analyse. Also the first phase. */
  PLANNING("Planning"),
  /** An on-demand backup is taken and then seen in the list. */
  BACKING_UP("BackingUp"),
  /** A person has to decide. Neither an error nor a failure. */
  AWAITING_APPROVAL("AwaitingApproval"),
  /** The plan is carried out. */
  MIGRATING("Migrating"),
  /** Something ended without a clean result: the database's history is read. */
  RECOVERING("Recovering"),
  /** Whole revisions of a failed migrate step are undone, by the approved way back. */
  ROLLING_BACK("RollingBack"),
  /** The database is at the target; what has to hold is checked. */
  VERIFYING("Verifying"),
  /** Verified at the target. */
  SUCCEEDED("Succeeded"),
  /** Ended; the message says what is in and what to do. */
  FAILED("Failed"),
  /** A person said no, or nobody said yes in time. */
  REJECTED("Rejected"),
  /** Failed, and nothing of the plan is in any more; the plan is on hold. */
  ROLLED_BACK("RolledBack"),
  /** Nobody can know what happened: only a person, or a clean reading, leads on. */
  UNRESOLVED("Unresolved");

  private final String label;

  Phase(String label) {
    this.label = label;
  }

  /** The word used in status. */
  public String label() {
    return label;
  }

  /** The phase with this label; empty for a word of another version. */
  public static Optional<Phase> of(String label) {
    return Arrays.stream(values()).filter(phase -> phase.label.equals(label)).findFirst();
  }

  /** Whether nothing happens by itself in this phase. */
  public boolean resting() {
    return switch (this) {
      case SUCCEEDED, FAILED, REJECTED, ROLLED_BACK, UNRESOLVED -> true;
      case PLANNING,
          BACKING_UP,
          AWAITING_APPROVAL,
          MIGRATING,
          RECOVERING,
          ROLLING_BACK,
          VERIFYING ->
          false;
    };
  }

  /** Whether the run waits for people and not for itself. */
  public boolean stalled() {
    return resting() && this != SUCCEEDED;
  }

  /** Phases that may follow within a run. */
  public Set<Phase> next() {
    return switch (this) {
      // nothing pending; gates; blocked. SUCCEEDED and VERIFYING also end a Job that did all.
      case PLANNING ->
          EnumSet.of(BACKING_UP, AWAITING_APPROVAL, MIGRATING, VERIFYING, SUCCEEDED, FAILED);
      case BACKING_UP -> EnumSet.of(AWAITING_APPROVAL, MIGRATING, FAILED);
      // approved; approved but the backup is missing or stale; rejected or expired; forbidden since
      case AWAITING_APPROVAL -> EnumSet.of(MIGRATING, BACKING_UP, REJECTED, FAILED);
      // clean; anything else; the plan changed; a gate no longer holds
      case MIGRATING ->
          EnumSet.of(
              SUCCEEDED,
              VERIFYING,
              RECOVERING,
              PLANNING,
              BACKING_UP,
              AWAITING_APPROVAL,
              REJECTED,
              FAILED);
      // untouched and transient; partly in and transient; partly in and to be undone; at the
      // target; permanent; unknown
      case RECOVERING ->
          EnumSet.of(MIGRATING, PLANNING, ROLLING_BACK, VERIFYING, FAILED, UNRESOLVED);
      // nothing is in; still partly in; unknown
      case ROLLING_BACK -> EnumSet.of(ROLLED_BACK, FAILED, UNRESOLVED);
      case VERIFYING -> EnumSet.of(SUCCEEDED, FAILED);
      // acknowledged: plans anew; retried: inspects again, for what was under way
      case UNRESOLVED -> EnumSet.of(PLANNING, RECOVERING, ROLLING_BACK);
      case SUCCEEDED, FAILED, REJECTED, ROLLED_BACK -> EnumSet.of(PLANNING);
    };
  }
}
