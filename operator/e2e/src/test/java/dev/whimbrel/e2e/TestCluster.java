package dev.whimbrel.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;

/** A cluster with a real node that has our image. */
interface TestCluster extends AutoCloseable {

  /** A client that may do everything. */
  KubernetesClient client();

  /** A kubeconfig file that may do everything. */
  Path kubeconfig();

  /** The address of this machine as pods reach it. */
  String hostAddress();

  /** Gives the node an image from an archive in the format of {@code docker save}. */
  void load(Path imageArchive);

  @Override
  void close();
}
