package dev.whimbrel.runner;

import dev.whimbrel.protocol.ExitCode;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult.Kind;

/**
 * How a step ended.
 *
 * @param outcome what it found or did
 * @param exit the exit code, if this is the last step
 * @param kind for FAILED, null otherwise
 * @param reason one word in CamelCase
 * @param message what happened, to which object, and what to do next
 * @param sqlState where the database refused, null otherwise
 */
public record StepEnd(
    Outcome outcome, ExitCode exit, Kind kind, String reason, String message, String sqlState) {

  /** The step did its work. */
  public static StepEnd done(Outcome outcome, String reason, String message) {
    return new StepEnd(outcome, ExitCode.DONE, null, reason, message, null);
  }

  /** Waiting or trying again does not help. */
  public static StepEnd permanent(String reason, String message, String sqlState) {
    return new StepEnd(
        Outcome.FAILED, ExitCode.PERMANENT, Kind.PERMANENT, reason, message, sqlState);
  }

  /** Trying again may help. */
  public static StepEnd transientFailure(String reason, String message, String sqlState) {
    return new StepEnd(
        Outcome.FAILED, ExitCode.TRANSIENT, Kind.TRANSIENT, reason, message, sqlState);
  }

  /** Something may be done of which the history does not tell. */
  public static StepEnd unclear(String reason, String message, String sqlState) {
    return new StepEnd(Outcome.FAILED, ExitCode.PERMANENT, Kind.UNCLEAR, reason, message, sqlState);
  }

  /** Nothing ran, because the plan is not the expected one. */
  public static StepEnd planChanged(String reason, String message) {
    return new StepEnd(Outcome.PLAN_CHANGED, ExitCode.PLAN_CHANGED, null, reason, message, null);
  }

  /** The guard, a deadline or a signal stopped it. */
  public static StepEnd stopped(Kind kind, String reason, String message) {
    return new StepEnd(Outcome.FAILED, ExitCode.STOPPED, kind, reason, message, null);
  }

  /** Whether the next step may begin. */
  public boolean leadsOn() {
    return exit == ExitCode.DONE;
  }
}
