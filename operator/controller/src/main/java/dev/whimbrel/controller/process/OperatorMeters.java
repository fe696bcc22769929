package dev.whimbrel.controller.process;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** What is measured besides {@link dev.whimbrel.controller.act.Transitions}. */
final class OperatorMeters {

  private OperatorMeters() {}

  /** Jobs under way. */
  static void followed(MeterRegistry meters, IntSupplier jobs) {
    Gauge.builder("whimbrel.jobs.followed", jobs, IntSupplier::getAsInt)
        .description("Jobs whose pods are being watched now: runs under way.")
        .strongReference(true)
        .register(meters);
  }
}
