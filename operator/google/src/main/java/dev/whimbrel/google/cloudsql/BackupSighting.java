package dev.whimbrel.google.cloudsql;

/** What one look at Cloud SQL shows of the wanted backup. */
sealed interface BackupSighting {

  /** Listed as SUCCESSFUL, and its operation, where known, ended without error. */
  record Complete(BackupRecord backup) implements BackupSighting {}

  /**
   * On its way, or its operation is done and the list does not show it yet.
   *
   * @param what names it to a person
   */
  record Underway(String what) implements BackupSighting {}

  /**
   * Ended without a backup.
   *
   * @param error what Cloud SQL says
   */
  record Failed(String error) implements BackupSighting {}

  /**
   * A backup operation that may be ours and whose backup is not listed yet.
   *
   * @param operation the operation
   */
  record PerhapsOurs(OperationRecord operation) implements BackupSighting {}

  /** No trace of it. */
  record Nothing() implements BackupSighting {}
}
