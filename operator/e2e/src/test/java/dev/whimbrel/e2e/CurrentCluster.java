package dev.whimbrel.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;

/**
 * The cluster of the current kubeconfig context, say kind's, into which the image was loaded before
 * ({@code kind load image-archive}). It is used, not owned.
 */
final class CurrentCluster implements TestCluster {

  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final String hostAddress;

  CurrentCluster(String hostAddress) {
    this.hostAddress = hostAddress;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public Path kubeconfig() {
    String named = System.getenv("KUBECONFIG");
    return named == null || named.isBlank()
        ? Path.of(System.getProperty("user.home"), ".kube", "config")
        : Path.of(named);
  }

  @Override
  public String hostAddress() {
    return hostAddress;
  }

  @Override
  public void load(Path imageArchive) {
    throw new UnsupportedOperationException(
        "load it before, as by 'kind load image-archive " + imageArchive + "'");
  }

  @Override
  public void close() {
    client.close();
  }
}
