package dev.whimbrel.testkit.google;

/** What can go wrong with one call. */
public sealed interface FakeFault {

  /** Refuses: answers with an error and does nothing. */
  record Refuse(int status, String reason, String message) implements FakeFault {}

  /** Does what was asked and answers with an error all the same. */
  record CommitThenRefuse(int status, String reason, String message) implements FakeFault {}

  /** Does what was asked and drops the connection without an answer: the lost response. */
  record CommitThenReset() implements FakeFault {}

  /** Drops the connection and does nothing: the lost request. */
  record Reset() implements FakeFault {}

  /** The reply to credentials without permission, and to objects that are not there. */
  static FakeFault denied() {
    return new Refuse(403, "notAuthorized", "The client is not authorized to make this request.");
  }

  /** The reply to a token that has expired or was never one. */
  static FakeFault unauthenticated() {
    return new Refuse(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login"
            + " cookie or other valid authentication credential.");
  }

  /** The reply for an instance that is not there. */
  static FakeFault missingInstance() {
    return new Refuse(404, "instanceDoesNotExist", "The Cloud SQL instance does not exist.");
  }

  /** Too many requests. */
  static FakeFault throttled() {
    return new Refuse(
        429,
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Mutate requests' and limit 'Mutate requests per minute"
            + " per user'.");
  }

  /** The reply while another operation runs on the instance. */
  static FakeFault busy() {
    return new Refuse(409, ApiError.IN_PROGRESS, ApiError.IN_PROGRESS_MESSAGE);
  }

  /** An error of the service, nothing done. */
  static FakeFault unavailable() {
    return new Refuse(503, "backendError", "The service is currently unavailable.");
  }

  /** An error of the service, and yet what was asked was done. */
  static FakeFault unavailableAfterCommit() {
    return new CommitThenRefuse(503, "backendError", "The service is currently unavailable.");
  }
}
