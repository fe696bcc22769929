package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RunCause;
import dev.whimbrel.api.v1alpha1.RunStatus;
import dev.whimbrel.protocol.Step;
import java.time.Instant;

/** The part of the status that is about the run. */
final class Run {
  String id;
  int attempt;
  int failures;
  int stale;
  Step step;
  JobReference job;
  Instant startBy;
  Instant endBy;
  Instant startedAt;
  Instant retryAt;
  String lease;
  boolean dispatched;
  boolean shared;
  RunCause cause;
  RunCause rollback;
  PlanReference continues;
  String takeover;
  String spec;
  int waits;

  Run(RunStatus status) {
    if (status == null) {
      return;
    }
    id = status.id();
    attempt = orZero(status.attempt());
    failures = orZero(status.failures());
    stale = orZero(status.stale());
    step = status.step() == null ? null : Step.of(status.step());
    job = status.job();
    startBy = instant(status.startBy());
    endBy = instant(status.endBy());
    startedAt = instant(status.startedAt());
    retryAt = instant(status.retryAt());
    lease = status.lease();
    dispatched = Boolean.TRUE.equals(status.dispatched());
    shared = Boolean.TRUE.equals(status.shared());
    cause = status.cause();
    rollback = status.rollback();
    continues = status.continues();
    takeover = status.takeover();
    spec = status.spec();
    waits = orZero(status.waits());
  }

  RunStatus toStatus() {
    return new RunStatus(
        id,
        attempt,
        failures,
        stale,
        step == null ? null : step.word(),
        job,
        text(startBy),
        text(endBy),
        text(startedAt),
        text(retryAt),
        lease,
        dispatched,
        shared,
        cause,
        rollback,
        continues,
        takeover,
        spec,
        waits);
  }

  private static int orZero(Integer number) {
    return number == null ? 0 : number;
  }

  private static Instant instant(String text) {
    return text == null ? null : Instant.parse(text);
  }

  private static String text(Instant instant) {
    return instant == null ? null : instant.toString();
  }
}
