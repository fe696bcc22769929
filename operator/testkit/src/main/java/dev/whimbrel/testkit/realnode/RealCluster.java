package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.ControlPlaneOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A Kubernetes cluster of one real node. Its API server listens on the node's bridge only, where
 * pods find it by the usual environment variables; there is no cluster DNS and no Service routing.
 */
public final class RealCluster implements AutoCloseable {

  private final ControlPlane plane;
  private final RealNode node;
  private final String hostAddress;
  private final String podRange;

  private RealCluster(ControlPlane plane, RealNode node, NodeHost host) {
    this.plane = plane;
    this.node = node;
    this.hostAddress = host.address();
    this.podRange = host.subnetPrefix() + ".0/24";
  }

  /** Why no real node can run on this machine, in one line; empty when one can. */
  public static Optional<String> unavailable() {
    return NodePrograms.missing();
  }

  /**
   * Starts control plane, scheduler and node.
   *
   * @param directory receives certificates, data and logs, and keeps them
   * @throws IllegalStateException when a part does not start, with the end of its log
   */
  public static RealCluster start(Path directory) {
    Path logs = directory.toAbsolutePath().resolve("logs");
    try {
      Files.createDirectories(logs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    NodeHost host = NodeHost.claim(logs);
    ControlPlane plane = null;
    try {
      plane = ControlPlane.start(directory, options(host));
      return new RealCluster(plane, RealNode.start(plane, host), host);
    } catch (RuntimeException e) {
      if (plane != null) {
        plane.close();
      }
      host.close();
      throw e;
    }
  }

  /** The Service kubernetes gets the bridge's own address, so no kube-proxy has to translate it. */
  private static ControlPlaneOptions options(NodeHost host) {
    return ControlPlaneOptions.defaults()
        .withBindAddress(host.address())
        .withPort(443)
        .withServiceRange(host.subnetPrefix() + ".0/27");
  }

  /** The control plane. */
  public ControlPlane controlPlane() {
    return plane;
  }

  /** The node. */
  public RealNode node() {
    return node;
  }

  /** The address at which pods reach servers of this machine. */
  public String hostAddress() {
    return hostAddress;
  }

  /** The addresses of pods, in CIDR notation, for servers that let only them in. */
  public String podRange() {
    return podRange;
  }

  /** Ends everything; returns when nothing of the node is left on this machine. */
  @Override
  public void close() {
    node.close();
    plane.close();
  }
}
