package dev.whimbrel.runner;

import java.io.IOException;

/** A step cannot do its work, and says why. The message is for the user. */
public final class StepFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient StepEnd end;

  /** A failure that ends the step like this. */
  public StepFailure(StepEnd end) {
    super(end.message());
    this.end = end;
  }

  /** Waiting or trying again does not help. */
  public static StepFailure permanent(String reason, String message) {
    return new StepFailure(StepEnd.permanent(reason, message, null));
  }

  /** Trying again may help. */
  public static StepFailure transientFailure(String reason, String message) {
    return new StepFailure(StepEnd.transientFailure(reason, message, null));
  }

  /** Google's library found no credentials where the Job runs. */
  public static StepFailure noGoogleCredentials(IOException e) {
    return permanent(
        "NoGoogleCredentials",
        "the Job has no Google credentials: bind its ServiceAccount (spec.run.serviceAccountName)"
            + " to a Google service account with Workload Identity ("
            + e.getMessage()
            + ")");
  }

  /** How the step ends. */
  public StepEnd end() {
    return end;
  }
}
