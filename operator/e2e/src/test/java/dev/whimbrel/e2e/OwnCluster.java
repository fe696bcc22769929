package dev.whimbrel.e2e;

import dev.whimbrel.testkit.realnode.RealCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

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
    removeOldRun(directory);
    RealCluster cluster = RealCluster.start(directory);
    try {
      cluster.node().load(imageArchive);
      return new OwnCluster(cluster);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  /** The logs of a run stay for whoever has to explain it, until the next one. */
  private static void removeOldRun(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the last run's " + directory, e);
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
  public void load(Path imageArchive) {
    cluster.node().load(imageArchive);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
