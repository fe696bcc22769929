package dev.whimbrel.testkit.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Assigns pods without a node to this one, as far as node selectors and {@link #hold()} allow. */
final class PodScheduler implements Runnable {

  private static final long RETRY_MILLIS = 500;

  private final NodeApi api;
  private final Map<String, String> labels;
  private final boolean dedicated;
  private final Gate gate;
  private final BlockingQueue<Runnable> changes = new LinkedBlockingQueue<>();
  private final Map<String, Pod> pending = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private boolean held;

  PodScheduler(NodeApi api, SimulatedNodeOptions options, Gate gate) {
    this.api = api;
    this.labels = options.labels();
    this.dedicated = options.dedicated();
    this.gate = gate;
  }

  /** A pod without a node was seen. */
  void offer(Pod pod) {
    changes.add(() -> pending.put(pod.getMetadata().getUid(), pod));
  }

  /** The pod has a node, or is gone. */
  void forget(Pod pod) {
    changes.add(() -> {
      pending.remove(pod.getMetadata().getUid());
      told.remove(pod.getMetadata().getUid());
    });
  }

  /** From now on pods stay Pending. */
  void hold() {
    changes.add(() -> held = true);
  }

  /** Schedules what has waited, and again whatever comes. */
  void release() {
    changes.add(() -> held = false);
  }

  @Override
  public void run() {
    try {
      while (true) {
        Runnable change =
            pending.isEmpty() ? changes.take() : changes.poll(RETRY_MILLIS, TimeUnit.MILLISECONDS);
        while (change != null) {
          change.run();
          change = changes.poll();
        }
        gate.pass();
        pending.values().removeIf(this::scheduled);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean scheduled(Pod pod) {
    try {
      if (dedicated && isEmpty(pod.getSpec().getNodeSelector())) {
        // Some other node's.
        return false;
      }
      if (held) {
        tell(pod, "0/1 nodes are available: 1 node(s) were unschedulable.");
        return false;
      }
      Map<String, String> selector = pod.getSpec().getNodeSelector();
      if (selector != null && !labels.entrySet().containsAll(selector.entrySet())) {
        tell(pod, "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.");
        return false;
      }
      api.bind(pod);
      return true;
    } catch (KubernetesClientException e) {
      // The API server is away; the pod is tried again in a moment.
      return false;
    }
  }

  private static boolean isEmpty(Map<String, String> selector) {
    return selector == null || selector.isEmpty();
  }

  private void tell(Pod pod, String why) {
    if (told.add(pod.getMetadata().getUid())) {
      api.unschedulable(pod, why);
    }
  }
}
