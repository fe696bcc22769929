package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;

/**
 * A namespace of one test.
 *
 * @param name unique within the control plane
 * @param client may do everything
 */
public record TestNamespace(String name, KubernetesClient client) implements AutoCloseable {

  /** Starts the deletion of the namespace and does not wait for it. */
  @Override
  public void close() {
    client.namespaces().withName(name).delete();
  }
}
