package dev.whimbrel.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A unit of work with a result; the subcommands of the runner. */
public enum Step {
  /** Read-only: what does the database's history say about a plan? */
  INSPECT,
  /** Read-only: render and assess what is pending. */
  PLAN,
  BACKUP,
  MIGRATE,
  VERIFY,
  /** Undoes the whole revisions of a failed migrate step, by the approved way back. */
  ROLLBACK,
  /** Puts a backup back into its instance. */
  RESTORE,
  /** Puts the traffic of the application back to the split that was recorded. */
  TRAFFIC;

  /** The word on the command line, in Job names and in status. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The step with this word.
   *
   * @throws IllegalArgumentException for any other word
   */
  @JsonCreator
  public static Step of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
