package dev.whimbrel.protocol;

/** What a step found or did. */
public enum Outcome {
  /** plan: revisions are pending; the document says which. Nothing was changed. */
  PLANNED,
  /** plan: the database is at the target. */
  NOTHING_PENDING,
  /** backup: a backup with the given description was seen as SUCCESSFUL in the list. */
  BACKED_UP,
  /** migrate: every revision of the plan is in, by the database's own history. */
  MIGRATED,
  /** verify: revision, indexes and checks hold. */
  VERIFIED,
  /** verify: something does not hold; the schema is left as it is. */
  VERIFICATION_FAILED,
  /** migrate: the plan differs from the expected one; nothing ran. The reason says in what. */
  PLAN_CHANGED,
  /** rollback: nothing of the plan is in any more, by the database's own history. */
  ROLLED_BACK,
  /** restore: Cloud SQL has put the backup back, by its own list of operations. */
  RESTORED,
  /** restore: Cloud SQL was asked, or may have been, and has not answered yet: look again. */
  UNDERWAY,
  /** traffic: the application's traffic is back at the recorded split. */
  TRAFFIC_RESTORED,
  /** traffic: the recorded split still served, and nothing was moved. */
  TRAFFIC_UNCHANGED,
  /** Any step: it did not do its work; kind, reason and message say why. */
  FAILED,
  /** inspect: every revision of the plan is recorded as done. */
  UP_TO_DATE,
  /** inspect: nothing of the plan is recorded, the catalog is as planned, no session is left. */
  UNTOUCHED,
  /** inspect: some revisions are in, whole, and the rest is not; no session is left. */
  PARTIAL,
  /**
   * inspect: the history does not tell. restore: it began, and Cloud SQL ended it with an error.
   */
  UNKNOWN,
  /** inspect: a session of the run is still connected; the message names its pid. */
  WAITING_FOR_ORPHAN
}
