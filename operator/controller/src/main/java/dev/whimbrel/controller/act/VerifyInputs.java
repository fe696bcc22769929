package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.HttpCheck;
import dev.whimbrel.api.v1alpha1.LatencyCheck;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.RunnerInput;
import java.util.Optional;

/** What of {@code spec.verify} a runner is told, with the defaults that the API server knows. */
final class VerifyInputs {

  private VerifyInputs() {}

  /** Null where nothing but the revision and queries is verified. */
  static RunnerInput.Verify of(Spec spec) {
    if (spec.requests().isEmpty() && spec.rowCounts().isEmpty()) {
      return null;
    }
    return new RunnerInput.Verify(
        spec.requests().stream().map(VerifyInputs::request).toList(),
        spec.rowCounts()
            .map(rows ->
                new RunnerInput.RowCounts(rows.tables(), Boolean.TRUE.equals(rows.mayShrink())))
            .orElse(null));
  }

  private static RunnerInput.HttpCheck request(HttpCheck check) {
    return new RunnerInput.HttpCheck(
        check.name(),
        check.url(),
        orElse(check.expectStatus(), 200),
        check.bodyPattern(),
        check.headersFrom() != null,
        Durations.parse(orElse(check.timeout(), "5s")).toMillis(),
        orElse(check.retries(), 3),
        Optional.ofNullable(check.latency()).map(VerifyInputs::latency).orElse(null));
  }

  private static RunnerInput.Latency latency(LatencyCheck latency) {
    return new RunnerInput.Latency(
        Double.parseDouble(orElse(latency.maxRatio(), "2")),
        Durations.parse(orElse(latency.floor(), "50ms")).toMillis(),
        orElse(latency.samples(), 20),
        "Fail".equals(latency.onExceed()));
  }

  private static <T> T orElse(T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
