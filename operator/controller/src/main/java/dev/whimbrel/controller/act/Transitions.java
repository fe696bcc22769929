package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and counts each change of phase, once, when it is persisted. */
public final class Transitions {

  /** Counter: changes of phase, by the phase entered. */
  public static final String METER = "whimbrel.transitions";

  private static final Logger LOG = LoggerFactory.getLogger(Transitions.class);

  private final MeterRegistry meters;

  public Transitions(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Counts and logs it, if it is one. */
  public void record(DatabaseMigration before, DatabaseMigration after) {
    String from = before.getStatus() == null ? "" : before.getStatus().phase();
    String to = after.getStatus().phase();
    if (to.equals(from)) {
      return;
    }
    Counter.builder(METER)
        .description("Changes of phase, by the phase entered.")
        .tag("phase", to)
        .register(meters)
        .increment();
    LOG.info(
        "phase namespace={} name={} run={} from={} to={}",
        after.getMetadata().getNamespace(),
        after.getMetadata().getName(),
        after.getStatus().run().id(),
        from.isEmpty() ? "(new)" : from,
        to);
  }
}
