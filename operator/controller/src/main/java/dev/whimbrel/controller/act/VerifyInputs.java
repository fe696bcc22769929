package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.HttpCheck;
import dev.whimbrel.api.v1alpha1.LatencyCheck;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.protocol.Durations;
import dev.whimbrel.protocol.RunnerInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What of {@code spec.verify} a runner is told, with the defaults that the API server knows. */
final class VerifyInputs {

  /** What the results of comparing response times are called, before the name of the check. */
  private static final String LATENCY = "latency ";

  private VerifyInputs() {}

  /** What the second stage verifies, compared with what was measured before the migration. */
  static RunnerInput.Verify ofRollout(Spec spec, Optional<MigrationPlan> plan) {
    return new RunnerInput.Verify(
        spec.requests().stream().map(VerifyInputs::request).toList(),
        null,
        new RunnerInput.Rollout(
            spec.rolloutPeriod().toSeconds(),
            plan.map(MigrationPlan::getStatus)
                .map(MigrationPlanStatus::checks)
                .map(VerifyInputs::medians)
                .orElse(Map.of())));
  }

  private static Map<String, Long> medians(List<CheckResult> checks) {
    Map<String, Long> medians = new TreeMap<>();
    for (CheckResult check : checks) {
      if (check.name().startsWith(LATENCY) && check.before() != null) {
        medians.put(
            check.name().substring(LATENCY.length()), Durations.parse(check.before()).toMillis());
      }
    }
    return medians;
  }

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
