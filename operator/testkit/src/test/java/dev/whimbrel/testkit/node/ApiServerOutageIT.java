package dev.whimbrel.testkit.node;

import static org.awaitility.Awaitility.await;

import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.TestNamespace;
import dev.whimbrel.testkit.kubernetes.WithControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@WithControlPlane
class ApiServerOutageIT {

  @Test
  void what_ends_while_the_api_server_is_away_is_reported_when_it_is_back() {
    try (ControlPlane plane = ControlPlane.start();
        TestNamespace namespace = plane.createNamespace("outage");
        SimulatedNode node =
            SimulatedNode.start(
                plane.admin(),
                SimulatedNodeOptions.named("sim")
                    .withImage("test:1", SimulatedImage.entrypoint("/bin/sleep", "1")))) {
      Pod pod = plane.admin().resource(pod(namespace.name(), "pod")).create();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> "Running".equals(phase(plane.admin(), pod)));

      plane.stopApiServer();
      await().atMost(Duration.ofSeconds(20)).until(() -> !node.runs(namespace.name(), "pod"));
      plane.startApiServer();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> "Succeeded".equals(phase(plane.admin(), pod)));
      Pod next = plane.admin().resource(pod(namespace.name(), "next")).create();
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> "Succeeded".equals(phase(plane.admin(), next)));
    }
  }

  private static String phase(KubernetesClient client, Pod pod) {
    return client.resource(pod).get().getStatus().getPhase();
  }

  private static Pod pod(String namespace, String name) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withRestartPolicy("Never")
        .addNewContainer()
        .withName("main")
        .withImage("test:1")
        .endContainer()
        .endSpec()
        .build();
  }
}
