package dev.whimbrel.google.cloudsql;

/** A call to Cloud SQL that did not succeed. The message is fit for users. */
public final class CloudSqlException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final int httpStatus;

  /** What the caller can make of it. */
  public enum Kind {
    /** 401 or 403: the credentials may not do this, or the object does not exist. */
    DENIED,
    /** 404. */
    NOT_FOUND,
    /** 409 operationInProgress: another operation runs on the instance; nothing was done. */
    BUSY,
    /** 429 or a quota of the API: nothing was done. */
    THROTTLED,
    /** 400 and whatever else Cloud SQL refuses for its content. */
    INVALID,
    /** 5xx, a lost or unreadable response, a timeout: it may have been done, or not. */
    UNCERTAIN
  }

  /**
   * Creates one.
   *
   * @param httpStatus 0 when there was no response
   */
  public CloudSqlException(Kind kind, int httpStatus, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.httpStatus = httpStatus;
  }

  /** What the caller can make of it. */
  public Kind kind() {
    return kind;
  }

  /** Status of the response, 0 when there was none. */
  public int httpStatus() {
    return httpStatus;
  }
}
