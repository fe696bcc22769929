package dev.whimbrel.testkit.kubernetes;

import java.time.Duration;
import java.util.List;

/**
 * How a {@link ControlPlane} runs.
 *
 * @param bindAddress the IP address the API server listens on. Keep it on loopback unless pods on a
 *     real node have to reach the API server over a bridge
 * @param port the port the API server listens on; 0 picks a free one
 * @param serviceRange the addresses of Services. The first one becomes that of the Service {@code
 *     kubernetes}, port 443, by which pods find the API server
 * @param nodeGracePeriod how long a node may stay silent before its pods count as lost; shorter
 *     than Kubernetes' own 50 s so that tests which kill nodes need not wait
 * @param apiServerFlags further flags of kube-apiserver, such as {@code --v=4}
 * @param controllerManagerFlags further flags of kube-controller-manager
 */
public record ControlPlaneOptions(
    String bindAddress,
    int port,
    String serviceRange,
    Duration nodeGracePeriod,
    List<String> apiServerFlags,
    List<String> controllerManagerFlags) {

  /** Copies the lists. */
  public ControlPlaneOptions {
    apiServerFlags = List.copyOf(apiServerFlags);
    controllerManagerFlags = List.copyOf(controllerManagerFlags);
  }

  /** On loopback, with nodes lost after 15 s of silence. */
  public static ControlPlaneOptions defaults() {
    return new ControlPlaneOptions(
        "127.0.0.1", 0, "10.96.0.0/16", Duration.ofSeconds(15), List.of(), List.of());
  }

  /** The same, listening elsewhere. */
  public ControlPlaneOptions withBindAddress(String address) {
    return new ControlPlaneOptions(
        address, port, serviceRange, nodeGracePeriod, apiServerFlags, controllerManagerFlags);
  }

  /** The same, listening on this port. */
  public ControlPlaneOptions withPort(int fixedPort) {
    return new ControlPlaneOptions(
        bindAddress,
        fixedPort,
        serviceRange,
        nodeGracePeriod,
        apiServerFlags,
        controllerManagerFlags);
  }

  /** The same, with other addresses for Services, in CIDR notation. */
  public ControlPlaneOptions withServiceRange(String range) {
    return new ControlPlaneOptions(
        bindAddress, port, range, nodeGracePeriod, apiServerFlags, controllerManagerFlags);
  }

  /** The same, with further flags for kube-apiserver. */
  public ControlPlaneOptions withApiServerFlags(String... flags) {
    return new ControlPlaneOptions(
        bindAddress, port, serviceRange, nodeGracePeriod, List.of(flags), controllerManagerFlags);
  }
}
