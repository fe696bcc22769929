package dev.whimbrel.quickstart.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.whimbrel.api.v1alpha1.MigrationPlan;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules by which kubectl 1.35 prints; on a whole migration the two were found equal. */
class DescriptionTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  @Test
  void cutsFieldNamesIntoWordsAsKubectlDoes() {
    assertThat(List.of("apiVersion", "uid", "cloudSQL", "configMaps", "sslMode", "v2"))
        .map(Description::label)
        .containsExactly("API Version", "UID", "Cloud SQL", "Config Maps", "Ssl Mode", "v2");
  }

  @Test
  void sortsFieldsAndAlignsTheValuesOfNeighbours() {
    MigrationPlan plan =
        Serialization.unmarshal(
            """
            apiVersion: whimbrel.dev/v1alpha1
            kind: MigrationPlan
            metadata: {name: orders-1-abc, namespace: shop, labels: {b: "2", a: "1"}}
            spec:
              to: "2"
              risk: Low
              riskReasons: [one, two]
              migration: {name: orders, uid: u1}
            """,
            MigrationPlan.class);

    List<String> lines = Description.of(plan, List.of(), NOW);

    assertThat(String.join("\n", lines))
        .isEqualTo(
            """
            Name:         orders-1-abc
            Namespace:    shop
            Labels:       a=1
                          b=2
            Annotations:  <none>
            API Version:  whimbrel.dev/v1alpha1
            Kind:         MigrationPlan
            Metadata:
            Spec:
              Migration:
                Name:  orders
                UID:   u1
              Risk:    Low
              Risk Reasons:
                one
                two
              To:    2
            Events:  <none>\
            """);
  }

  @Test
  void listsEventsInTheOrderInWhichTheyHappened() {
    String time = NOW.minusSeconds(30).toString();
    String later = NOW.minusSeconds(10).toString();

    List<String> lines =
        Description.of(
            new MigrationPlan(), List.of(event("Second", later), event("First", time)), NOW);

    assertThat(lines.subList(lines.size() - 4, lines.size()))
        .satisfiesExactly(
            head -> assertThat(head).isEqualTo("  Type    Reason  Age   From      Message"),
            rule -> assertThat(rule).isEqualTo("  ----    ------  ----  ----      -------"),
            first -> assertThat(first).startsWith("  Normal  First   30s   whimbrel  it happened"),
            second -> assertThat(second).startsWith("  Normal  Second  10s   whimbrel"));
  }

  private static Event event(String reason, String time) {
    return Serialization.unmarshal(
        """
        type: Normal
        reason: %s
        message: it happened
        firstTimestamp: %s
        lastTimestamp: %s
        source: {component: whimbrel}
        """
            .formatted(reason, time, time),
        Event.class);
  }
}
