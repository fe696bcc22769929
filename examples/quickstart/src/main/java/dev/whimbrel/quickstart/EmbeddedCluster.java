package dev.whimbrel.quickstart;

import dev.whimbrel.quickstart.stage.Backstage;
import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.LocalParts;
import dev.whimbrel.quickstart.stage.Namespaces;
import dev.whimbrel.quickstart.stage.Scene;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.kubernetes.Crds;
import dev.whimbrel.testkit.kubernetes.InMemoryKubernetes;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Everything within this process and a few children of it; needs a JDK and nothing else. */
final class EmbeddedCluster implements ClusterHere {

  private final InMemoryKubernetes kubernetes;
  private final LocalParts parts;

  private EmbeddedCluster(InMemoryKubernetes kubernetes, LocalParts parts) {
    this.kubernetes = kubernetes;
    this.parts = parts;
  }

  static EmbeddedCluster start(Scene scene, Backstage backstage) throws InterruptedException {
    Screen screen = backstage.screen();
    screen.heading("A cluster in this process");
    screen.waitFor("the Kubernetes API starts");
    InMemoryKubernetes kubernetes =
        backstage.cleanup().start(() -> InMemoryKubernetes.start(crds()));
    screen.timed(
        "Kubernetes", "an API in memory, with our CRDs; no kubectl here, see --cluster local");
    Namespaces.create(kubernetes.client(), scene.namespace());
    LocalParts parts = new LocalParts(scene, backstage);
    parts.start(kubernetes.client(), kubernetes.newClient(), Map.of());
    return new EmbeddedCluster(kubernetes, parts);
  }

  private static String[] crds() {
    return Crds.files().stream().map(EmbeddedCluster::read).toArray(String[]::new);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public KubernetesClient client() {
    return kubernetes.client();
  }

  @Override
  public LocalParts parts() {
    return parts;
  }

  @Override
  public List<String> howToWatch() {
    return List.of("the database, while this runs:  " + parts.psql());
  }
}
