package dev.whimbrel.runner.guard;

/** Why work in the database was stopped. */
public enum StopCause {
  /** More sessions than allowed waited for us. */
  VICTIMS,
  /** The deadline passed. */
  DEADLINE,
  /** The pod was told to end. */
  TERMINATED
}
