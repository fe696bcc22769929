package dev.whimbrel.google.cloudsql;

/** How {@link InstanceRestore} ended. */
public sealed interface RestoreResult {

  /** Its operation ended without error. */
  record Done(OperationRecord operation) implements RestoreResult {}

  /**
   * Cloud SQL was asked, or may have been, and it is not over. Asking again with the same request
   * finds it, and never makes a second one.
   *
   * @param reason one word in CamelCase
   * @param message what is known, and what comes next
   */
  record Underway(String reason, String message) implements RestoreResult {}

  /**
   * Nothing was asked for, and that may change by itself.
   *
   * @param reason one word in CamelCase
   * @param message what happened, to which instance, and what comes next
   */
  record Transient(String reason, String message) implements RestoreResult {}

  /**
   * Nothing was asked for, until a person changes something.
   *
   * @param reason one word in CamelCase
   * @param message what stands in the way, and what to do
   */
  record Refused(String reason, String message) implements RestoreResult {}

  /**
   * Cloud SQL was asked, and its operation ended with an error: nobody knows what the instance
   * holds.
   *
   * @param message what Cloud SQL says, and what to do
   */
  record Failed(String message) implements RestoreResult {}
}
