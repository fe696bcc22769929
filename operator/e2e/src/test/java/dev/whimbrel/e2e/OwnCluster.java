package dev.whimbrel.e2e;

import dev.whimbrel.testkit.realnode.RealCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control plane and a node started for these tests on this machine. */
final class OwnCluster implements TestCluster {

  private final RealCluster cluster;

  private OwnCluster(RealCluster cluster) {
    this.cluster = cluster;
  }

  static OwnCluster start(Path directory, Path imageArchive) {
    if (!Files.exists(imageArchive)) {
      throw new IllegalStateException(
          "no image archive %s: build it with './mvnw -pl operator/image -am package'"
              .formatted(imageArchive));
    }
    RealCluster cluster = RealCluster.start(directory);
    try {
      cluster.node().load(imageArchive);
      return new OwnCluster(cluster);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public KubernetesClient client() {
    return cluster.controlPlane().admin();
  }

  @Override
  public Path kubeconfig() {
    return cluster.controlPlane().adminKubeconfig();
  }

  @Override
  public String hostAddress() {
    return cluster.hostAddress();
  }

  @Override
  public void close() {
    cluster.close();
  }
}
