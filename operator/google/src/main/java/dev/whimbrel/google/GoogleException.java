package dev.whimbrel.google;

/** A call to Google that did not succeed. The message is what Google says, fit for users. */
public final class GoogleException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What the caller can make of it. */
  public enum Kind {
    /** 401: no or unusable credentials. */
    UNAUTHENTICATED,
    /** 403: the caller may not do this, or the object does not exist. */
    DENIED,
    /** 404. */
    NOT_FOUND,
    /** The object is in a state that does not allow it. */
    PRECONDITION,
    /** Refused for its content. */
    INVALID,
    /** 429, 5xx, a lost response, a timeout: it may have been done, or not. */
    UNCLEAR
  }

  /** Creates one. */
  public GoogleException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the caller can make of it. */
  public Kind kind() {
    return kind;
  }
}
