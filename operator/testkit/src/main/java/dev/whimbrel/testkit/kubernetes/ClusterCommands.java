package dev.whimbrel.testkit.kubernetes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of a control plane's servers, in one place. */
final class ClusterCommands {

  private static final List<KubernetesBinary> NEEDED =
      List.of(
          KubernetesBinary.ETCD,
          KubernetesBinary.KUBE_APISERVER,
          KubernetesBinary.KUBE_CONTROLLER_MANAGER);

  private final KubernetesBinaries binaries;
  private final Path directory;
  private final ClusterPki pki;
  private final ControlPlaneOptions options;
  private final int apiServerPort;
  private final int etcdPort;

  ClusterCommands(
      KubernetesBinaries binaries,
      Path directory,
      ClusterPki pki,
      ControlPlaneOptions options,
      int apiServerPort,
      int etcdPort) {
    this.binaries = binaries;
    this.directory = directory;
    this.pki = pki;
    this.options = options;
    this.apiServerPort = apiServerPort;
    this.etcdPort = etcdPort;
  }

  void buildMissingBinaries() {
    if (!binaries.cached(NEEDED.toArray(KubernetesBinary[]::new))) {
      binaries.build(NEEDED);
    }
  }

  List<String> etcd() {
    String clients = "http://127.0.0.1:" + etcdPort;
    return List.of(
        binaries.path(KubernetesBinary.ETCD).toString(),
        "--name=test",
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        // A single member has no peers; port 0 keeps two control planes apart.
        "--listen-peer-urls=http://127.0.0.1:0",
        "--initial-advertise-peer-urls=http://127.0.0.1:2380",
        "--initial-cluster=test=http://127.0.0.1:2380",
        "--log-level=warn",
        // Losing the last writes at a power cut costs a test nothing; syncing costs seconds.
        "--unsafe-no-fsync");
  }

  List<String> apiServer() {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.path(KubernetesBinary.KUBE_APISERVER).toString(),
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=" + options.bindAddress(),
                "--secure-port=" + apiServerPort,
                "--tls-cert-file=" + pki.file("apiserver.crt"),
                "--tls-private-key-file=" + pki.file("apiserver.key"),
                "--client-ca-file=" + pki.file("ca.crt"),
                "--kubelet-client-certificate=" + pki.file("apiserver-kubelet-client.crt"),
                "--kubelet-client-key=" + pki.file("apiserver-kubelet-client.key"),
                "--kubelet-preferred-address-types=InternalIP",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + pki.file("sa.pub"),
                "--service-account-signing-key-file=" + pki.file("sa.key"),
                "--service-cluster-ip-range=" + options.serviceRange(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged=true",
                "--endpoint-reconciler-type=none",
                // Shut down at once: nobody balances load over this server.
                "--shutdown-delay-duration=0s",
                "--profiling=false"));
    command.addAll(options.apiServerFlags());
    return command;
  }

  List<String> controllerManager(Path kubeconfig) {
    List<String> command =
        new ArrayList<>(
            List.of(
                binaries.path(KubernetesBinary.KUBE_CONTROLLER_MANAGER).toString(),
                "--kubeconfig=" + kubeconfig,
                "--authentication-kubeconfig=" + kubeconfig,
                "--authorization-kubeconfig=" + kubeconfig,
                "--leader-elect=false",
                "--use-service-account-credentials",
                "--service-account-private-key-file=" + pki.file("sa.key"),
                "--root-ca-file=" + pki.file("ca.crt"),
                "--cluster-signing-cert-file=" + pki.file("ca.crt"),
                "--cluster-signing-key-file=" + pki.file("ca.key"),
                "--bind-address=127.0.0.1",
                "--secure-port=0",
                "--kube-api-qps=200",
                "--kube-api-burst=400",
                "--node-monitor-period=1s",
                "--node-monitor-grace-period=" + options.nodeGracePeriod().toSeconds() + "s",
                "--profiling=false"));
    command.addAll(options.controllerManagerFlags());
    return command;
  }
}
