package dev.whimbrel.engine.simulation;

import java.util.EnumSet;
import java.util.Set;

/** What a schedule leaves out, so that the suite can show that the simulation notices. */
record Weaknesses(Set<Weakness> chosen) {

  /** One safeguard that is missing. */
  enum Weakness {
    /** The status is written whether or not somebody else wrote in between. */
    NO_OPTIMISTIC_LOCK,
    /** Effects come first, the status after. */
    ACTS_BEFORE_PERSISTING,
    /** Every approval counts as accepted, and for whatever plan there is. */
    APPROVALS_NOT_JUDGED,
    /** A backup is asked for without looking whether there is one. */
    BACKUP_NOT_LOOKED_FOR,
    /** A migrate Job belongs to the migration while it runs. */
    JOBS_ALWAYS_OWNED,
    /** Nobody says when to look again. */
    NO_WAKE_UP,
    /** The runner starts without comparing history, catalog and content. */
    RUNNER_DOES_NOT_COMPARE,
    /** The Lease is taken from whoever holds it. */
    LEASE_NOT_RESPECTED,
    /** What reads the history takes sessions that are left for none. */
    ORPHANS_NOT_SEEN,
    /** The Lease is given back though the run has dispatched again by now. */
    STALE_LEASE_RELEASED,
    /** A Job is created though its migration names another one by now. */
    STALE_JOBS_CREATED,
    /** Whatever a way back discards, it counts as one that loses nothing. */
    LOSS_NOT_SEEN,
    /** That a plan was rolled back is not remembered. */
    HOLD_FORGOTTEN,
    /** Whatever is planned after an interruption counts as the rest of what was approved. */
    REST_NOT_COMPARED,
    /** What was found of the application stays true of whatever is migrated after. */
    ROLLOUT_KEPT,
    /** Traffic goes to the revision before, whichever that is. */
    TRAFFIC_GUESSED,
    /** What is forbidden is not asked. */
    POLICY_NOT_ASKED,
    /** What nothing on record answers counts as answered with Yes. */
    UNKNOWN_TAKEN_FOR_YES
  }

  static Weaknesses none() {
    return new Weaknesses(EnumSet.noneOf(Weakness.class));
  }

  static Weaknesses of(Weakness weakness) {
    return new Weaknesses(EnumSet.of(weakness));
  }

  /** Whether no safeguard is missing. */
  boolean isEmpty() {
    return chosen.isEmpty();
  }

  boolean has(Weakness weakness) {
    return chosen.contains(weakness);
  }
}
