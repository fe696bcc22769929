package dev.whimbrel.google.build;

/** A call to Cloud Build that did not succeed. The message is fit for users. */
public final class CloudBuildException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What the caller can make of it. */
  public enum Kind {
    /** 401 or 403: the credentials may not do this, or the object does not exist. */
    DENIED,
    /** 404: the pool, or the build. */
    NOT_FOUND,
    /** 429: nothing was done. */
    THROTTLED,
    /** 400 and whatever else Cloud Build refuses for its content. */
    INVALID,
    /** 5xx, a lost or unreadable response, a timeout: it may have been done, or not. */
    UNCERTAIN
  }

  CloudBuildException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What the caller can make of it. */
  public Kind kind() {
    return kind;
  }
}
