package dev.whimbrel.analysis;

/** A script cannot be cut into tokens: a quote or comment has no end. */
public final class UnreadableSql extends Exception {

  private static final long serialVersionUID = 1L;

  private final int line;

  UnreadableSql(int line, String message) {
    super(message);
    this.line = line;
  }

  /** Where the unfinished thing begins, from 1. */
  public int line() {
    return line;
  }
}
