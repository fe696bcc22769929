package dev.whimbrel.e2e;

import dev.whimbrel.testkit.google.FakeGoogleCloud;
import dev.whimbrel.testkit.google.FakeGoogleCloudOptions;
import dev.whimbrel.testkit.google.FakeInstance;
import dev.whimbrel.testkit.google.FakeInstanceOptions;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What the tests of this rung share: a cluster and, on this machine, a fake Cloud SQL with a real
 * PostgreSQL, both within reach of pods.
 */
final class Surroundings implements AutoCloseable {

  /** The connection name of the one instance. */
  static final String INSTANCE = "p1:us-central1:orders";

  private final TestCluster cluster;
  private final FakeGoogleCloud google;
  private final String image;

  private Surroundings(TestCluster cluster, FakeGoogleCloud google, String image) {
    this.cluster = cluster;
    this.google = google;
    this.image = image;
  }

  /** Starts them as the system properties of the Maven build say. */
  static Surroundings start(Path directory) {
    TestCluster cluster =
        NodeRungExtension.usesCurrentCluster()
            ? new CurrentCluster(System.getProperty("whimbrel.hostAddress", "172.18.0.1"))
            : OwnCluster.start(directory, Path.of(System.getProperty("whimbrel.imageArchive")));
    try {
      FakeGoogleCloud google =
          FakeGoogleCloud.start(
              FakeGoogleCloudOptions.local().listeningOn(cluster.hostAddress(), 0));
      google.createInstance(FakeInstanceOptions.of(INSTANCE).listeningOn(cluster.hostAddress()));
      return new Surroundings(cluster, google, System.getProperty("whimbrel.image"));
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException("the fake Google Cloud did not start", e);
    }
  }

  KubernetesClient client() {
    return cluster.client();
  }

  TestCluster cluster() {
    return cluster;
  }

  FakeGoogleCloud google() {
    return google;
  }

  FakeInstance instance() {
    return google.instance(INSTANCE);
  }

  /** The reference of the image that ships. */
  String image() {
    return image;
  }

  /** A namespace for one test, empty and with its default ServiceAccount. */
  String createNamespace(String name) {
    client()
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
    org.awaitility.Awaitility.await()
        .until(
            () -> client().serviceAccounts().inNamespace(name).withName("default").get() != null);
    return name;
  }

  @Override
  public void close() throws IOException {
    try {
      google.close();
    } finally {
      cluster.close();
    }
  }
}
