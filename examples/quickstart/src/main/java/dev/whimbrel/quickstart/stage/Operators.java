package dev.whimbrel.quickstart.stage;

import dev.whimbrel.controller.process.OperatorProcess;
import dev.whimbrel.controller.process.Options;
import io.fabric8.kubernetes.client.KubernetesClient;

/** The operator within this process. */
public final class Operators {

  private Operators() {}

  /** Starts it; the client stays the caller's. */
  public static void start(KubernetesClient client, Options options, Cleanup cleanup)
      throws InterruptedException {
    Thread storyteller = Thread.currentThread();
    // A replica that no longer leads must not go on; here nobody else leads, so it is a failure.
    cleanup.start(() -> new OperatorProcess(client, options, storyteller::interrupt)).start();
  }
}
