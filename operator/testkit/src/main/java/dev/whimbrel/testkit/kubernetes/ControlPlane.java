package dev.whimbrel.testkit.kubernetes;

import dev.whimbrel.testkit.files.TemporaryFolder;
import dev.whimbrel.testkit.kubernetes.CertificateAuthority.Identity;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real Kubernetes control plane of its own: etcd, kube-apiserver and kube-controller-manager, up
 * in seconds, gone with {@link #close()} or with this JVM.
 *
 * <p>Validation, defaulting, CEL, admission, permissions (Node and RBAC), owner references, garbage
 * collection and Jobs are therefore exactly Kubernetes'. There is no node and no scheduler: pods
 * stay Pending until {@code dev.whimbrel.testkit.node.SimulatedNode} or a kubelet takes them.
 *
 * <p>All clients it hands out are closed with it.
 */
public final class ControlPlane implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ADMIN = "whimbrel-admin";

  private final Path directory;
  private final boolean ownsDirectory;
  private final ClusterPki pki;
  private final ClusterCommands commands;
  private final ClusterAccess access;
  private final String url;
  private final int port;
  private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();
  private final AtomicInteger namespaces = new AtomicInteger();
  private final Thread hook;

  private KubernetesClient admin;
  private Server etcd;
  private Server apiServer;
  private Server controllerManager;

  private ControlPlane(Path directory, boolean ownsDirectory, ControlPlaneOptions options) {
    this.directory = directory;
    this.ownsDirectory = ownsDirectory;
    this.port = options.port() == 0 ? freePort(options.bindAddress()) : options.port();
    this.url = "https://" + options.bindAddress() + ":" + port;
    this.pki = ClusterPki.write(directory.resolve("pki"), options.bindAddress());
    this.access = new ClusterAccess(url, pki.authority(), directory.resolve("kubeconfig"));
    this.commands =
        new ClusterCommands(
            KubernetesBinaries.inUserCache(), directory, pki, options, port, freePort("127.0.0.1"));
    this.hook = new Thread(this::stopProcesses, "whimbrel-control-plane-stop");
  }

  /** Starts a control plane in a temporary folder that is deleted at the end. */
  public static ControlPlane start() {
    try {
      return start(TemporaryFolder.create("control-plane"), true, ControlPlaneOptions.defaults());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a control plane whose data, certificates and logs stay in {@code directory}. */
  public static ControlPlane start(Path directory) {
    return start(directory, ControlPlaneOptions.defaults());
  }

  /**
   * Starts a control plane whose data, certificates and logs stay in {@code directory}.
   *
   * @throws IllegalStateException when a process ends or does not become ready; the message carries
   *     the end of its log
   */
  public static ControlPlane start(Path directory, ControlPlaneOptions options) {
    return start(directory, false, options);
  }

  private static ControlPlane start(Path directory, boolean owned, ControlPlaneOptions options) {
    ControlPlane plane = new ControlPlane(directory.toAbsolutePath(), owned, options);
    Runtime.getRuntime().addShutdownHook(plane.hook);
    try {
      plane.startAll();
      return plane;
    } catch (RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void startAll() {
    commands.buildMissingBinaries();
    etcd = Server.start("etcd", commands.etcd(), logs());
    startApiServer();
    Path kubeconfig =
        access.kubeconfig(
            "controller-manager",
            pki.authority().client("system:kube-controller-manager", List.of()));
    controllerManager =
        Server.start("kube-controller-manager", commands.controllerManager(kubeconfig), logs());
    // The service account controller is the one that pods cannot do without.
    controllerManager.awaitReady(() -> serviceAccountExists("default"), START_LIMIT);
  }

  /** Starts the API server again after {@link #stopApiServer()}, on the same port and data. */
  public void startApiServer() {
    apiServer = Server.start("kube-apiserver", commands.apiServer(), logs());
    if (admin == null) {
      admin = remember(access.client(pki.authority().client(ADMIN, List.of("system:masters"))));
    }
    apiServer.awaitReady(this::apiServerReady, START_LIMIT);
  }

  /** Takes the API server away, as an upgrade of the cluster does; the data stays. */
  public void stopApiServer() {
    apiServer.stop(STOP_GRACE);
  }

  private boolean apiServerReady() {
    try {
      return "ok".equals(admin.raw("/readyz"))
          && admin.namespaces().withName("default").get() != null;
    } catch (KubernetesClientException e) {
      // Not listening yet, or 500 while its post-start hooks run.
      return false;
    }
  }

  private boolean serviceAccountExists(String namespace) {
    return admin.serviceAccounts().inNamespace(namespace).withName("default").get() != null;
  }

  /** A client that may do everything. */
  public KubernetesClient admin() {
    return admin;
  }

  /** A kubeconfig file that may do everything, for kubectl. */
  public Path adminKubeconfig() {
    return access.kubeconfig(ADMIN, pki.authority().client(ADMIN, List.of("system:masters")));
  }

  /** A client authenticated by certificate as this user in these groups; it has no rights yet. */
  public KubernetesClient asUser(String name, String... groups) {
    return remember(access.client(pki.authority().client(name, List.of(groups))));
  }

  /** A kubeconfig file for this user in these groups. */
  public Path kubeconfigForUser(String name, String... groups) {
    return access.kubeconfig(name, pki.authority().client(name, List.of(groups)));
  }

  /** A client with a token of an existing service account. */
  public KubernetesClient asServiceAccount(String namespace, String name) {
    return remember(access.client(access.token(admin, namespace, name)));
  }

  /** A kubeconfig file with a token of an existing service account, valid for a day. */
  public Path kubeconfigForServiceAccount(String namespace, String name) {
    return access.kubeconfig(namespace + "." + name, access.token(admin, namespace, name));
  }

  /** A namespace with a unique name; deleted, with all that is in it, when it is closed. */
  public TestNamespace createNamespace(String prefix) {
    String name =
        prefix + "-" + Integer.toString(RANDOM.nextInt(1 << 30), 36) + namespaces.incrementAndGet();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    controllerManager.awaitReady(() -> serviceAccountExists(name), START_LIMIT);
    return new TestNamespace(name, admin);
  }

  /** The address of the API server. */
  public String url() {
    return url;
  }

  /** The port of the API server. */
  public int port() {
    return port;
  }

  /** The authority that API server and clients trust; issues further certificates. */
  public CertificateAuthority authority() {
    return pki.authority();
  }

  /** The authority's certificate as base64 of PEM, as kubeconfigs and webhooks carry it. */
  public String caBundle() {
    return Base64.getEncoder()
        .encodeToString(
            pki.authority().certificatePem().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /** A kubeconfig file with an identity of the caller's making, for a further component. */
  public Path kubeconfig(String name, Identity identity) {
    return access.kubeconfig(name, identity);
  }

  /** The folder with data, certificates, kubeconfigs and logs. */
  public Path directory() {
    return directory;
  }

  /** The folder with one log file per process. */
  public Path logs() {
    return directory.resolve("logs");
  }

  /** What has ended unasked, with the end of its log; empty while all processes run. */
  public Optional<String> failure() {
    return java.util.stream.Stream.of(etcd, apiServer, controllerManager)
        .filter(server -> server != null && !server.isAlive())
        .map(Server::describe)
        .findFirst();
  }

  private KubernetesClient remember(KubernetesClient client) {
    clients.add(client);
    return client;
  }

  /** Ends the processes, closes the clients and deletes a temporary folder. */
  @Override
  public void close() {
    clients.forEach(KubernetesClient::close);
    stopProcesses();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The JVM is going down already and runs the hook itself.
    } finally {
      deleteOwnDirectory();
    }
  }

  private void deleteOwnDirectory() {
    if (ownsDirectory) {
      try {
        TemporaryFolder.delete(directory);
      } catch (IOException e) {
        System.err.println("left behind: " + directory + " (" + e + ")");
      }
    }
  }

  private synchronized void stopProcesses() {
    List<Server> servers = new ArrayList<>();
    for (Server server : java.util.Arrays.asList(controllerManager, apiServer, etcd)) {
      if (server != null) {
        servers.add(server);
      }
    }
    // Nothing of theirs is worth a graceful end: the data goes with them.
    servers.forEach(Server::close);
  }

  /**
   * A port that is free now, outside the range from which the kernel serves outgoing connections,
   * so that none of those takes it before the server does.
   */
  private static int freePort(String address) {
    for (int attempt = 0; attempt < 100; attempt++) {
      int candidate = 18_000 + RANDOM.nextInt(12_000);
      try (ServerSocket probe = new ServerSocket(candidate, 1, InetAddress.getByName(address))) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // Taken; another one.
        continue;
      }
    }
    throw new IllegalStateException("no free port between 18000 and 30000 on " + address);
  }
}
