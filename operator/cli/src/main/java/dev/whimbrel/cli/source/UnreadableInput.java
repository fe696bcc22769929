package dev.whimbrel.cli.source;

/** What the user named is not there, or must not be read. The message is for the user. */
public final class UnreadableInput extends Exception {

  private static final long serialVersionUID = 1L;

  UnreadableInput(String message) {
    super(message);
  }
}
