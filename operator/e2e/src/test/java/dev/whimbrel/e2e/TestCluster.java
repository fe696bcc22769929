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

  /** Kills a container, by the id in its status; the pod sees exit code 137. */
  void killContainer(String id);

  /** Ends the node with all that runs on it, at once, and starts it again. */
  void restartNode();

  @Override
  void close();
}
