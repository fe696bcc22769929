package dev.whimbrel.protocol;

import java.util.Arrays;
import java.util.Optional;

/** Exit codes of the runner. Anything else (137, 143, 1) says nothing about the database. */
public enum ExitCode {
  DONE(0),
  /** The user must act; waiting or trying again does not help. */
  PERMANENT(10),
  /** May succeed when tried again. */
  TRANSIENT(20),
  /** The plan is not what was expected, or was not recorded in time: nothing ran. */
  PLAN_CHANGED(30),
  /** The guard, a deadline or a person stopped it. */
  STOPPED(40);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The exit code with this number, if it is one of ours. */
  public static Optional<ExitCode> of(int code) {
    return Arrays.stream(values()).filter(exit -> exit.code == code).findFirst();
  }
}
