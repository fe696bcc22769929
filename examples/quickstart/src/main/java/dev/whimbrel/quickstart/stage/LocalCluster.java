package dev.whimbrel.quickstart.stage;

import dev.whimbrel.testkit.kubernetes.Chart;
import dev.whimbrel.testkit.kubernetes.ControlPlane;
import dev.whimbrel.testkit.kubernetes.Crds;
import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.kubernetes.KubernetesBinary;
import dev.whimbrel.testkit.node.SimulatedImage;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A real kube-apiserver, kube-controller-manager and etcd, with a simulated node: kubectl works,
 * the CRDs' rules hold, and the operator runs under the roles of the chart.
 */
public final class LocalCluster implements ClusterHere {

  private static final List<KubernetesBinary> CONTROL_PLANE =
      List.of(
          KubernetesBinary.ETCD,
          KubernetesBinary.KUBE_APISERVER,
          KubernetesBinary.KUBE_CONTROLLER_MANAGER);

  private final ControlPlane plane;
  private final Path kubeconfig;
  private final LocalParts parts;

  private LocalCluster(ControlPlane plane, LocalParts parts) {
    this.plane = plane;
    this.kubeconfig = plane.adminKubeconfig();
    this.parts = parts;
  }

  /**
   * Starts it; everything of it ends with the story.
   *
   * @param images what stands in for the images of the migration, beside the runner's
   */
  public static LocalCluster start(
      Scene scene, Map<String, SimulatedImage> images, Backstage backstage)
      throws InterruptedException {
    Screen screen = backstage.screen();
    screen.heading("A Kubernetes control plane on this machine");
    screen.waitFor("the control plane starts; the first time it is built, which takes minutes");
    // Apart from the start, since it takes so much longer; this may be interrupted.
    KubernetesBinaries.inUserCache().build(CONTROL_PLANE);
    ControlPlane plane = backstage.cleanup().start(ControlPlane::start);
    screen.timed(
        "Kubernetes",
        "%s, %s".formatted(plane.admin().getKubernetesVersion().getGitVersion(), plane.url()));
    KubernetesClient operator = installOperator(plane, screen);
    Namespaces.createForPods(plane.admin(), scene.namespace());
    LocalParts parts = new LocalParts(scene, backstage);
    parts.start(plane.admin(), operator, images);
    return new LocalCluster(plane, parts);
  }

  /** CRDs and roles as the chart has them; without Helm the CRDs alone, and all rights. */
  private static KubernetesClient installOperator(ControlPlane plane, Screen screen) {
    String namespace = LocalParts.OPERATOR_NAMESPACE;
    Namespaces.create(plane.admin(), namespace);
    Chart chart = Chart.inRepository();
    if (!chart.renderable()) {
      Crds.install(plane.admin());
      screen.timed("Chart", "without Helm and Go: the CRDs alone, and an operator with all rights");
      return plane.admin();
    }
    screen.waitFor("the chart is rendered; the first time Helm is built, which takes minutes");
    String account = chart.installRoles(plane.admin(), namespace, Map.of());
    screen.timed("Chart", "its CRDs and roles are installed; the operator runs as " + account);
    return plane.asServiceAccount(namespace, account);
  }

  @Override
  public KubernetesClient client() {
    return plane.admin();
  }

  @Override
  public LocalParts parts() {
    return parts;
  }

  @Override
  public List<String> howToWatch() {
    return List.of(
        "export KUBECONFIG=" + kubeconfig,
        "kubectl -n %s get dbm,mplan,mapproval,jobs,pods".formatted(scene().namespace()),
        "kubectl -n %s describe dbm %s".formatted(scene().namespace(), scene().migration()),
        parts.psql());
  }
}
