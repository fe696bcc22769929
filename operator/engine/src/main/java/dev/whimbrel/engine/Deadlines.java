package dev.whimbrel.engine;

import dev.whimbrel.protocol.Step;
import java.time.Duration;

/**
 * How long things may take. L, the deadline of the spec, cancels in the database; the pod's own
 * deadline comes a minute later, so that the pod survives with its message; the Job's later still.
 */
public final class Deadlines {

  /** From the deadline in the database to that of the pod. */
  public static final Duration POD_MARGIN = Duration.ofMinutes(1);

  /** From the deadline of the pod to that of the Job, besides the time to start. */
  public static final Duration JOB_MARGIN = Duration.ofMinutes(2);

  /** For steps that only read, and for one look at a backup. */
  private static final Duration READING = Duration.ofMinutes(10);

  /** For requests, response times, row counts and traffic beside a migration that took all of L. */
  private static final Duration MEASURING = Duration.ofMinutes(5);

  private static final Duration BACKUP = Duration.ofHours(2);

  private Deadlines() {}

  /** Deadline of the pod for a step that does not change the database. */
  static Duration pod(Spec spec, Step step) {
    return step == Step.BACKUP ? BACKUP : READING.plus(spec.queueTime()).plus(spec.imageTime());
  }

  /**
   * Deadline of the pod for a Job that migrates or rolls back: L, a minute, and time to measure.
   */
  static Duration migrating(Spec spec, boolean online) {
    boolean measures =
        !spec.requests().isEmpty()
            || spec.rowCounts().isPresent()
            || spec.application().isPresent();
    return spec.deadline(online)
        .plus(POD_MARGIN)
        .plus(measures ? MEASURING : Duration.ZERO)
        .plus(spec.queueTime());
  }
}
