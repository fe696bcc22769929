package dev.whimbrel.google.run;

/** Cloud Run does not do what it was asked. The message is fit for users. */
public final class CloudRunException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean permanent;
  private final String remedy;

  CloudRunException(boolean permanent, String message, String remedy, Throwable cause) {
    super(message, cause);
    this.permanent = permanent;
    this.remedy = remedy;
  }

  /** Whether trying again does not help. */
  public boolean permanent() {
    return permanent;
  }

  /** A command that mends it; empty where the message says what to do. */
  public String remedy() {
    return remedy;
  }

  /** What is wrong, and what mends it. */
  public String text() {
    return remedy.isEmpty() ? getMessage() : getMessage() + ": " + remedy;
  }
}
