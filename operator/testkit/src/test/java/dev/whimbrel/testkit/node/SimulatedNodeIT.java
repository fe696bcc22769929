package dev.whimbrel.testkit.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.TestNamespace;
import dev.whimbrel.testkit.kubernetes.WithControlPlane;
import io.fabric8.kubernetes.api.model.Pod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@WithControlPlane
class SimulatedNodeIT extends SimulatedNodeBehaviour {

  @BeforeEach
  void onRealControlPlane(ControlPlane plane, TestNamespace own) {
    startNode(plane.admin(), own.name());
  }

  @Test
  void the_service_account_token_is_mounted(TestNamespace own) {
    Pod pod =
        pod(
            """
            containers:
            - name: main
              image: test:1
              command:
              - /bin/sh
              - -c
              - cat $WHIMBREL_ROOT/var/run/secrets/kubernetes.io/serviceaccount/namespace
            """);

    await().until(() -> phase(pod).equals("Succeeded"));

    assertThat(log(pod)).isEqualTo(own.name());
  }
}
