package dev.whimbrel.controller.process;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.controller.ReferencePage;
import dev.whimbrel.controller.act.Transitions;
import dev.whimbrel.engine.Phase;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The reference page of the metrics, generated from what a registry serves once all have moved. */
class MetricsReferenceTest {

  private static final DatabaseMigration MIGRATION =
      Serialization.unmarshal(
          """
          apiVersion: whimbrel.dev/v1alpha1
          kind: DatabaseMigration
          metadata: {name: app, namespace: shop}
          status: {phase: Planning, run: {id: 1-1}}
          """,
          DatabaseMigration.class);

  @Test
  void thePageListsEveryMetric() throws IOException {
    PrometheusMeterRegistry ours = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new Transitions(ours).record(new DatabaseMigration(), MIGRATION);
    OperatorMeters.followed(ours, () -> 1);

    new ReferencePage("metrics.md")
        .mustBe(
            """
            <!-- Generated from operator/controller; do not edit. -->

            # Metrics

            Served on port 8080 of the operator at `/metrics`, in Prometheus' format. Only the replica
            that leads moves them.

            | metric | type | labels | what it is |
            | --- | --- | --- | --- |
            %s
            Values of `phase`: %s.

            Those that begin with `operator_sdk_` are the framework's: events received, passes begun,
            gone through and failed (by exception), passes that run and wait now. A pass that fails is tried
            again for ever: a count that keeps growing is an API server that is away, a right that is
            missing, or a bug.
            """
                .formatted(
                    rows(ours),
                    Arrays.stream(Phase.values())
                        .map(phase -> "`" + phase.label() + "`")
                        .collect(Collectors.joining(", "))));
  }

  private static String rows(PrometheusMeterRegistry registry) {
    String scraped = registry.scrape();
    return scraped
        .lines()
        .filter(line -> line.startsWith("# TYPE "))
        .map(line -> line.split(" "))
        .map(words -> row(words[2], words[3], scraped))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String row(String name, String type, String scraped) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(name, type, labels(name, scraped), description(name, scraped));
  }

  private static String labels(String name, String scraped) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .findFirst()
        .map(line -> line.substring(line.indexOf('{') + 1, line.indexOf('}')))
        .map(labels ->
            Arrays.stream(labels.split(","))
                .filter(label -> label.contains("="))
                .map(label -> "`" + label.substring(0, label.indexOf('=')) + "`")
                .collect(Collectors.joining(", ")))
        .orElse("");
  }

  private static String description(String name, String scraped) {
    return scraped
        .lines()
        .filter(line -> line.startsWith("# HELP " + name + " "))
        .findFirst()
        .map(line -> line.substring(("# HELP " + name + " ").length()).strip())
        .orElseThrow();
  }
}
