package dev.whimbrel.quickstart;

import dev.whimbrel.testkit.kubernetes.Crds;
import dev.whimbrel.testkit.kubernetes.InMemoryKubernetes;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Everything within this process and a few children of it; needs a JDK and nothing else. */
final class EmbeddedCluster implements Cluster {

  private final InMemoryKubernetes kubernetes;
  private final LocalParts parts;

  private EmbeddedCluster(InMemoryKubernetes kubernetes, LocalParts parts) {
    this.kubernetes = kubernetes;
    this.parts = parts;
  }

  static EmbeddedCluster start(Screen screen, Cleanup cleanup, OperatorLog log)
      throws InterruptedException {
    screen.heading("A cluster in this process");
    screen.waitFor("the Kubernetes API starts");
    InMemoryKubernetes kubernetes = cleanup.start(() -> InMemoryKubernetes.start(crds()));
    screen.timed(
        "Kubernetes", "an API in memory, with our CRDs; no kubectl here, see --cluster local");
    Namespaces.create(kubernetes.client(), NAMESPACE);
    LocalParts parts = new LocalParts(screen, cleanup);
    parts.startNode(kubernetes.client(), log.folder());
    parts.startInstance();
    parts.startOperator(kubernetes.newClient());
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
  public String password() {
    return parts.password();
  }

  @Override
  public Connection connect() throws SQLException {
    return parts.connect();
  }

  @Override
  public List<String> howToWatch() {
    return List.of("the database, while this runs:  " + parts.psql());
  }

  @Override
  public List<String> whatNext() {
    return List.of(
        "--cluster local    the same on a real Kubernetes control plane, where kubectl works",
        "--cluster current  the same on your own cluster");
  }
}
