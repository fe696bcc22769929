package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.kubernetes.KubernetesBinary;
import dev.whimbrel.testkit.process.HostCommand;
import dev.whimbrel.testkit.process.SupervisedProcess;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClientTimeoutException;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The kubelet and containerd of one node, and the scheduler that finds pods for it. */
public final class RealNode implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(120);

  private final NodeHost host;
  private final NodePrograms programs;
  private final NodeFiles files;
  private final ControlPlane plane;
  private SupervisedProcess scheduler;

  private RealNode(NodeHost host, NodePrograms programs, ControlPlane plane) {
    this.host = host;
    this.programs = programs;
    this.files = new NodeFiles(host, programs);
    this.plane = plane;
  }

  static RealNode start(ControlPlane plane, NodeHost host) {
    RealNode node = new RealNode(host, NodePrograms.obtain(), plane);
    try {
      node.startAll();
      return node;
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private void startAll() {
    Path pause = PauseImage.archive(NodePrograms.folder());
    files.write(plane, freePort(host.address()));
    host.start();
    startScheduler();
    awaitContainerd();
    load(pause);
    awaitReady();
  }

  private void startScheduler() {
    Path kubeconfig =
        plane.kubeconfig("scheduler", plane.authority().client("system:kube-scheduler", List.of()));
    scheduler =
        SupervisedProcess.start(
            SupervisedProcess.Command.of(
                List.of(
                    KubernetesBinaries.inUserCache()
                        .path(KubernetesBinary.KUBE_SCHEDULER)
                        .toString(),
                    "--kubeconfig=" + kubeconfig,
                    "--authentication-kubeconfig=" + kubeconfig,
                    "--authorization-kubeconfig=" + kubeconfig,
                    "--leader-elect=false",
                    "--bind-address=127.0.0.1",
                    "--secure-port=0"),
                host.logs().resolve("kube-scheduler.log")));
  }

  private void awaitContainerd() {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!Files.exists(files.socket())) {
      if (System.nanoTime() > end) {
        throw notReady("containerd");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while containerd starts", e);
      }
    }
  }

  private void awaitReady() {
    try {
      plane
          .admin()
          .nodes()
          .withName(name())
          .waitUntilCondition(RealNode::isReady, START_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (KubernetesClientTimeoutException e) {
      throw notReady("kubelet");
    }
  }

  private static boolean isReady(Node node) {
    return node != null && Readiness.isNodeReady(node);
  }

  private IllegalStateException notReady(String program) {
    return new IllegalStateException(
        "%s is not ready after %d s; end of its log:%n%s"
            .formatted(
                program,
                START_LIMIT.toSeconds(),
                HostCommand.end(host.logs().resolve(program + ".log"))));
  }

  /** The name of the Node object. */
  public String name() {
    return files.nodeName();
  }

  /**
   * Imports an image archive, as written by {@code docker save} or in OCI layout. Pods use it with
   * {@code imagePullPolicy: Never} or {@code IfNotPresent}.
   */
  public void load(Path archive) {
    HostCommand.require(
        host.state(),
        host.logs().resolve("images.log"),
        List.of(
            programs.program("ctr").toString(),
            "--address",
            files.socket().toString(),
            "--namespace",
            "k8s.io",
            "images",
            "import",
            archive.toAbsolutePath().toString()));
  }

  /** Ends the kubelet, containerd and every container at once, as a power cut does. */
  public void cutPower() {
    host.kill();
  }

  /** Starts the node again after {@link #cutPower()}; the kubelet finds its pods dead. */
  public void powerOn() {
    try {
      // The old one answers nobody, but would pass for the new one.
      Files.deleteIfExists(files.socket());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    host.start();
    awaitContainerd();
  }

  /** Ends all processes of the node. */
  @Override
  public void close() {
    if (scheduler != null) {
      scheduler.close();
    }
    host.close();
  }

  private static int freePort(String address) {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(address))) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no free port on " + address, e);
    }
  }
}
