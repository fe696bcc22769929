package dev.whimbrel.protocol;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What a Job did: JSON of at most {@value #MAX_BYTES} bytes as the pod's termination message (the
 * kubelet shares 12 KiB among all containers of a pod).
 *
 * @param version of this format
 * @param run the run, so that a result is never taken for another's
 * @param attempt the Job within the run
 * @param step the last step that was begun
 * @param outcome what it found or did
 * @param kind for FAILED: {@link Kind}
 * @param reason one word in CamelCase
 * @param message what happened, to which object, and what to do next
 * @param sqlState where the database refused
 * @param document the plan document that was written to the log
 * @param currentRevision as the history says at the end; empty for an empty history
 * @param hash of the plan that was made or carried out
 * @param risk of that plan
 * @param pending number of its revisions
 * @param applied how many of them are recorded as done
 * @param online whether one of them runs without a transaction
 * @param restorePoint what there was to go back to just before the first statement
 * @param backup the backup
 * @param checks the {@link Checks} that were written to the log
 * @param rehearsed true where this Job has rehearsed its plan to the end; else absent
 * @param traffic the traffic split that was written to the log before the first statement
 * @param trafficMoved whether a recorded split was put back, or served still; absent where nobody
 *     was asked to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunnerResult(
    int version,
    String run,
    int attempt,
    Step step,
    Outcome outcome,
    Kind kind,
    String reason,
    String message,
    String sqlState,
    Document document,
    String currentRevision,
    String hash,
    String risk,
    Integer pending,
    Integer applied,
    Boolean online,
    RestorePoint restorePoint,
    Backup backup,
    Document checks,
    Boolean rehearsed,
    Document traffic,
    Boolean trafficMoved) {

  /** Largest termination message, in bytes of UTF-8. */
  public static final int MAX_BYTES = 1024;

  /** The result of a Job that had nothing to do with traffic. */
  public RunnerResult(
      int version,
      String run,
      int attempt,
      Step step,
      Outcome outcome,
      Kind kind,
      String reason,
      String message,
      String sqlState,
      Document document,
      String currentRevision,
      String hash,
      String risk,
      Integer pending,
      Integer applied,
      Boolean online,
      RestorePoint restorePoint,
      Backup backup,
      Document checks,
      Boolean rehearsed) {
    this(
        version,
        run,
        attempt,
        step,
        outcome,
        kind,
        reason,
        message,
        sqlState,
        document,
        currentRevision,
        hash,
        risk,
        pending,
        applied,
        online,
        restorePoint,
        backup,
        checks,
        rehearsed,
        null,
        null);
  }

  /** The same of a Job that recorded traffic, or moved it. */
  public RunnerResult withTraffic(Document recorded, Boolean moved) {
    return with(kind, message, recorded, moved);
  }

  /** Whether trying again can help. */
  public enum Kind {
    PERMANENT,
    TRANSIENT,
    /** The guard, our deadline or a person stopped it. */
    STOPPED,
    /** Something may be done of which the database's history does not tell. */
    UNCLEAR
  }

  /** Length in bytes and SHA-256 in hex of the document in the log, before compression. */
  public record Document(int length, String sha256) {}

  /**
   * A backup seen in the list.
   *
   * @param pointInTimeRecovery whether the instance can recover to a point in time
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Backup(String id, String startedAt, String endedAt, Boolean pointInTimeRecovery) {}

  /**
   * What there is to go back to.
   *
   * @param time UTC, by the database's clock
   * @param pointInTimeRecovery whether the instance can recover to a point in time; absent where
   *     the database is on none
   * @param latestRecoveryTime UTC, how far that reaches by then; absent where Cloud SQL did not say
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record RestorePoint(String time, Boolean pointInTimeRecovery, String latestRecoveryTime) {}

  /**
   * JSON of at most {@link #MAX_BYTES} bytes; a message that is too long is cut with an ellipsis.
   */
  public String toTerminationMessage() {
    String json = Json.write(this);
    String text = message == null ? "" : message;
    while (Json.utf8(json) > MAX_BYTES && !text.isEmpty()) {
      int excess = Json.utf8(json) - MAX_BYTES;
      text = text.substring(0, Math.max(0, text.length() - Math.max(8, excess / 2)));
      json = Json.write(withMessage(text + "…"));
    }
    return json;
  }

  /**
   * Reads a termination message.
   *
   * @throws IllegalArgumentException if it is not one of ours
   */
  public static RunnerResult parse(String terminationMessage) {
    RunnerResult result = Json.read(terminationMessage, RunnerResult.class);
    if (result.step == null || result.outcome == null || result.run == null) {
      throw new IllegalArgumentException("a result needs run, step and outcome");
    }
    return result;
  }

  /** The same failure for good, with the cause that the runner could not see. */
  public RunnerResult becauseOf(String cause) {
    return with(Kind.PERMANENT, cause);
  }

  private RunnerResult withMessage(String shorter) {
    return with(kind, shorter);
  }

  private RunnerResult with(Kind otherKind, String otherMessage) {
    return with(otherKind, otherMessage, traffic, trafficMoved);
  }

  private RunnerResult with(
      Kind otherKind, String otherMessage, Document otherTraffic, Boolean moved) {
    return new RunnerResult(
        version,
        run,
        attempt,
        step,
        outcome,
        otherKind,
        reason,
        otherMessage,
        sqlState,
        document,
        currentRevision,
        hash,
        risk,
        pending,
        applied,
        online,
        restorePoint,
        backup,
        checks,
        rehearsed,
        otherTraffic,
        moved);
  }
}
