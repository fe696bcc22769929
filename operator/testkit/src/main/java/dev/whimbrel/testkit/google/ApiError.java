package dev.whimbrel.testkit.google;

/** An error answer: becomes Google's error envelope. */
final class ApiError extends RuntimeException {

  private static final long serialVersionUID = 1L;

  static final String IN_PROGRESS = "operationInProgress";

  /** As real Cloud SQL words it. */
  static final String IN_PROGRESS_MESSAGE =
      "Operation failed because another operation was already in progress. Try your request after"
          + " the current operation is complete.";

  private final int status;
  private final String reason;

  ApiError(int status, String reason, String message) {
    super(message, null, false, false);
    this.status = status;
    this.reason = reason;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }
}
