package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.kubernetes.CertificateAuthority;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes the files that a node's two programs read. */
final class NodeFiles {

  private final NodeHost host;
  private final NodePrograms programs;
  private final Path state;

  NodeFiles(NodeHost host, NodePrograms programs) {
    this.host = host;
    this.programs = programs;
    this.state = host.state();
  }

  String nodeName() {
    return "node-" + host.number();
  }

  Path socket() {
    return state.resolve("containerd.sock");
  }

  void write(ControlPlane plane, int kubeletPort) {
    CertificateAuthority.Identity identity =
        plane
            .authority()
            .server(
                "system:node:" + nodeName(),
                List.of("system:nodes"),
                List.of(host.address()),
                List.of(nodeName()));
    Path kubeconfig = plane.kubeconfig(nodeName(), identity);
    try {
      Path bin = Files.createDirectories(state.resolve("bin"));
      for (Map.Entry<String, Path> program : programs.programs().entrySet()) {
        Files.createSymbolicLink(bin.resolve(program.getKey()), program.getValue());
      }
      Files.writeString(state.resolve("ca.crt"), plane.authority().certificatePem());
      Files.writeString(state.resolve("kubelet.crt"), identity.certificatePem());
      Files.writeString(state.resolve("kubelet.key"), identity.keyPem());
      Files.writeString(state.resolve("resolv.conf"), "nameserver " + host.address() + "\n");
      Files.writeString(state.resolve("containerd.toml"), containerd());
      Path network = Files.createDirectories(state.resolve("cni"));
      Files.writeString(network.resolve("10-whimbrel.conflist"), network());
      Files.writeString(state.resolve("kubelet.yaml"), kubelet(kubeletPort));
      Files.writeString(
          state.resolve("kubelet.flags"),
          "--config=%s --kubeconfig=%s --root-dir=%s --node-ip=%s --hostname-override=%s\n"
              .formatted(
                  state.resolve("kubelet.yaml"),
                  kubeconfig,
                  state.resolve("kubelet"),
                  host.address(),
                  nodeName()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the configuration of " + nodeName(), e);
    }
  }

  /** Version 2 of the format: containerd 1.6 knows no newer one and 2.x still reads it. */
  private String containerd() {
    return """
    version = 2
    root = "%1$s/containerd"
    state = "%1$s/run/containerd"
    disabled_plugins = ["io.containerd.nri.v1.nri"]
    [grpc]
      address = "%1$s/containerd.sock"
    [plugins."io.containerd.internal.v1.opt"]
      path = "%1$s/opt"
    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%2$s"
      # Where the machine lacks CAP_SYS_RESOURCE nobody may lower a score, and runc dies trying.
      restrict_oom_score_adj = true
      [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = "%3$s"
        conf_dir = "%1$s/cni"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
        runtime_type = "io.containerd.runc.v2"
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
          BinaryName = "%1$s/bin/runc"
    """
        .formatted(state, PauseImage.REFERENCE, programs.networkPlugins());
  }

  /** No gateway, masquerading or firewall rule: pods reach each other and this machine only. */
  private String network() {
    return """
    {"cniVersion": "0.4.0", "name": "whimbrel", "plugins": [{
      "type": "bridge", "bridge": "%1$s", "isGateway": false, "ipMasq": false,
      "ipam": {"type": "host-local", "dataDir": "%2$s/ipam",
        "ranges": [[{"subnet": "%3$s.0/24", "rangeStart": "%3$s.32", "gateway": "%4$s"}]],
        "routes": [{"dst": "0.0.0.0/0"}]}}]}
    """
        .formatted(host.bridge(), state, host.subnetPrefix(), host.address());
  }

  private String kubelet(int port) {
    return """
    apiVersion: kubelet.config.k8s.io/v1beta1
    kind: KubeletConfiguration
    address: %1$s
    port: %2$d
    readOnlyPort: 0
    healthzPort: 0
    authentication:
      anonymous: {enabled: false}
      webhook: {enabled: true}
      x509: {clientCAFile: %3$s/ca.crt}
    authorization: {mode: Webhook}
    tlsCertFile: %3$s/kubelet.crt
    tlsPrivateKeyFile: %3$s/kubelet.key
    containerRuntimeEndpoint: unix://%3$s/containerd.sock
    resolvConf: %3$s/resolv.conf
    clusterDNS: [%1$s]
    clusterDomain: cluster.local
    cgroupDriver: cgroupfs
    cgroupRoot: /%4$s
    failCgroupV1: false
    failSwapOn: false
    enforceNodeAllocatable: []
    evictionHard: {memory.available: 100Mi}
    imageGCHighThresholdPercent: 100
    imageGCLowThresholdPercent: 99
    makeIPTablesUtilChains: false
    nodeStatusUpdateFrequency: 2s
    volumePluginDir: %3$s/volume-plugins
    """
        .formatted(host.address(), port, state, host.bridge());
  }
}
