package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.kubernetes.InMemoryKubernetes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInfo;

@Tag("apiserver")
class SimulatedNodeInMemoryIT extends SimulatedNodeBehaviour {

  private static InMemoryKubernetes kubernetes;

  @BeforeAll
  static void startKubernetes() {
    kubernetes = InMemoryKubernetes.start();
  }

  @AfterAll
  static void stopKubernetes() {
    kubernetes.close();
  }

  @BeforeEach
  void inMemory(TestInfo test) {
    startNode(
        kubernetes.client(),
        "t-" + Integer.toHexString(test.getDisplayName().hashCode() & 0x7fffffff));
  }
}
