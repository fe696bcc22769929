package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.LocalParts;
import dev.whimbrel.quickstart.stage.Namespaces;
import dev.whimbrel.quickstart.stage.Scene;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.kubernetes.Chart;
import dev.whimbrel.testkit.kubernetes.Repository;
import dev.whimbrel.testkit.realnode.RealCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A real control plane with a real node: the kubelet and containerd run the operator, as the chart
 * installs it, and the team's image.
 */
final class RealNodeCluster implements ClusterHere {

  private static final String OPERATOR = "whimbrel";
  private static final String OPERATOR_NAMESPACE = "whimbrel-system";
  private static final String IMAGE = "whimbrel.dev/whimbrel";
  private static final String TAG = "0.1.0-SNAPSHOT";
  private static final long READY_SECONDS = 120;

  private final RealCluster cluster;
  private final LocalParts parts;

  private RealNodeCluster(RealCluster cluster, LocalParts parts) {
    this.cluster = cluster;
    this.parts = parts;
  }

  static RealNodeCluster start(Scene scene, Kotori kotori, Backstage backstage)
      throws InterruptedException {
    Screen screen = backstage.screen();
    screen.heading("A Kubernetes cluster on this machine, with a real node");
    Path operatorImage = operatorImage();
    screen.waitFor("the team's images are built, without Docker");
    List<Path> images = kotori.imageArchives();
    screen.timed("Images", "%s and %s".formatted(Kotori.FIRST_IMAGE, tag(Kotori.SECOND_IMAGE)));
    screen.waitFor("control plane, kubelet and containerd start; the first time they are built");
    RealCluster cluster =
        backstage.cleanup().start(() -> RealCluster.start(kotori.folder().resolve("cluster")));
    KubernetesClient admin = cluster.controlPlane().admin();
    screen.timed(
        "Kubernetes",
        "%s, %s"
            .formatted(admin.getKubernetesVersion().getGitVersion(), cluster.controlPlane().url()));
    screen.waitFor("the node gets the images");
    cluster.node().load(operatorImage);
    images.forEach(cluster.node()::load);
    screen.timed("Node", cluster.node().name() + ": a kubelet and containerd");
    Namespaces.createForPods(admin, scene.namespace());
    LocalParts parts = new LocalParts(scene, backstage);
    parts.startInstance(cluster.hostAddress());
    installOperator(admin, parts, screen);
    return new RealNodeCluster(cluster, parts);
  }

  private static String tag(String image) {
    return image.substring(image.lastIndexOf(':'));
  }

  private static Path operatorImage() {
    Path archive = Repository.root().resolve("operator/image/target/whimbrel-image.tar");
    if (!Files.exists(archive)) {
      throw new IllegalStateException(
          "no image archive %s: build it with './mvnw -DskipTests -pl operator/image -am package'"
              .formatted(archive));
    }
    return archive;
  }

  private static void installOperator(KubernetesClient admin, LocalParts parts, Screen screen) {
    screen.waitFor("the chart is installed; the first time Helm is built, which takes minutes");
    Namespaces.createForPods(admin, OPERATOR_NAMESPACE);
    for (HasMetadata manifest :
        Chart.inRepository().render(OPERATOR, OPERATOR_NAMESPACE, values(parts))) {
      admin.resource(manifest).forceConflicts().serverSideApply();
    }
    try {
      admin
          .apps()
          .deployments()
          .inNamespace(OPERATOR_NAMESPACE)
          .withName(OPERATOR)
          .waitUntilReady(READY_SECONDS, TimeUnit.SECONDS);
    } catch (KubernetesClientException e) {
      throw new IllegalStateException(
          "the operator's pod is not ready after " + READY_SECONDS + " s", e);
    }
    screen.timed("Operator", "in a pod, installed by the chart with its roles");
  }

  private static Map<String, ?> values(LocalParts parts) {
    List<Map<String, String>> variables =
        parts.runnerEnvironment().entrySet().stream()
            .map(entry -> Map.of("name", entry.getKey(), "value", entry.getValue()))
            .toList();
    return Map.of(
        "image", Map.of("repository", IMAGE, "tag", TAG), "runner", Map.of("env", variables));
  }

  @Override
  public KubernetesClient client() {
    return cluster.controlPlane().admin();
  }

  @Override
  public LocalParts parts() {
    return parts;
  }

  @Override
  public List<String> howToWatch() {
    return List.of(
        "export KUBECONFIG=" + cluster.controlPlane().adminKubeconfig(),
        "kubectl -n %s get dbm,mplan,mapproval,jobs,pods".formatted(scene().namespace()),
        "kubectl -n %s describe dbm %s".formatted(scene().namespace(), scene().migration()),
        parts.psql());
  }
}
