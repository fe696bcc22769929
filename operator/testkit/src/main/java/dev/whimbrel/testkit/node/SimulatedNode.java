package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.files.TemporaryFolder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A node whose containers are local processes; see the package for what it is and is not.
 *
 * <p>It reacts to a changed pod within tens of milliseconds. A container finds its mounts below the
 * folder that its variable {@code WHIMBREL_ROOT} names: a volume mounted at {@code /in} is {@code
 * $WHIMBREL_ROOT/in}, the termination message goes to {@code $WHIMBREL_ROOT/dev/termination-log}.
 * Pods never restart a container, whatever their restart policy.
 *
 * <p>Faults: {@link #hold()}, {@link #disconnect()}, {@link #pause()}, {@link #kill()} and {@link
 * #killContainer}. Closing it, or the end of this JVM, ends every process it has started.
 */
public final class SimulatedNode implements AutoCloseable {

  private final SimulatedNodeOptions options;
  private final Gate gate = new Gate();
  private final Map<String, PodRun> pods = new ConcurrentHashMap<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Path directory;
  private final NodeApi api;
  private final PodScheduler scheduler;
  private final KubeletEndpoint endpoint;
  private final NodeRegistration registration;
  private final SharedIndexInformer<Pod> informer;
  private volatile boolean dead;

  private SimulatedNode(KubernetesClient client, SimulatedNodeOptions options) {
    this.options = options;
    this.directory = options.directory().orElseGet(SimulatedNode::temporaryFolder);
    this.api = new NodeApi(client, options.name(), options.clock());
    this.scheduler = new PodScheduler(api, options, gate);
    this.endpoint = new KubeletEndpoint(this::find);
    this.registration = new NodeRegistration(client, options, endpoint.port());
    registration.register();
    run("heartbeat", this::beat);
    run("scheduler", scheduler);
    this.informer = client.pods().inAnyNamespace().inform(new PodHandler(), 0);
  }

  /**
   * Registers the node and starts to take pods. Returns when the node is Ready and has seen the
   * pods there are.
   *
   * @param admin may do everything; stays the caller's
   */
  public static SimulatedNode start(KubernetesClient admin, SimulatedNodeOptions options) {
    return new SimulatedNode(admin, options);
  }

  /** The name of the Node object. */
  public String name() {
    return options.name();
  }

  /** The port of its log endpoint on 127.0.0.1. */
  public int kubeletPort() {
    return endpoint.port();
  }

  /** From now on no pod is scheduled; running ones go on. */
  public void hold() {
    scheduler.hold();
  }

  /** Schedules what {@link #hold()} has held back. */
  public void release() {
    scheduler.release();
  }

  /** Cuts the node off from the API server: processes go on, nobody hears of them. */
  public void disconnect() {
    gate.close();
  }

  /** Ends {@link #disconnect()}; what happened meanwhile is reported now. */
  public void reconnect() {
    gate.open();
  }

  /** Freezes the node as a suspended machine: its processes too. */
  public void pause() {
    gate.close();
    pods.values().forEach(pod -> pod.all().forEach(ContainerRun::pause));
  }

  /** Ends {@link #pause()}. */
  public void resume() {
    pods.values().forEach(pod -> pod.all().forEach(ContainerRun::resume));
    gate.open();
  }

  /** Kills one container, as the kernel does when memory runs out: exit code 137. */
  public void killContainer(String namespace, String pod, String container) {
    find(namespace, pod).stream()
        .flatMap(PodRun::all)
        .filter(run -> run.name().equals(container) && run.running())
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                "no running container %s in pod %s/%s".formatted(container, namespace, pod)))
        .kill();
  }

  /** Whether this pod has a running process here, whatever the API says. */
  public boolean runs(String namespace, String pod) {
    return find(namespace, pod).stream().flatMap(PodRun::all).anyMatch(ContainerRun::running);
  }

  /** The folder that the container's WHIMBREL_ROOT names. */
  public Optional<Path> containerRoot(String namespace, String pod, String container) {
    return find(namespace, pod).stream()
        .flatMap(PodRun::all)
        .filter(run -> run.name().equals(container))
        .map(run -> run.log().resolveSibling("root"))
        .findFirst();
  }

  /**
   * The node dies: its processes are killed, its heartbeat stops, its pods' status stays as it is.
   * There is no way back; start another node, of the same name if you like.
   */
  public void kill() {
    dead = true;
    gate.close();
    informer.close();
    endpoint.close();
    threads.forEach(Thread::interrupt);
    pods.values().forEach(pod -> pod.all().forEach(ContainerRun::kill));
  }

  /** Kills what runs and takes the node out of the cluster. */
  @Override
  public void close() {
    if (!dead) {
      kill();
    }
    registration.deregister();
    if (options.directory().isEmpty()) {
      try {
        TemporaryFolder.delete(directory);
      } catch (IOException e) {
        System.err.println("simulated node: left behind " + directory + ": " + e);
      }
    }
  }

  private Optional<PodRun> find(String namespace, String name) {
    return pods.values().stream()
        .filter(run -> run.pod().getMetadata().getNamespace().equals(namespace))
        .filter(run -> run.pod().getMetadata().getName().equals(name))
        .findFirst();
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(options.heartbeat());
        gate.pass();
        try {
          registration.beat();
        } catch (KubernetesClientException e) {
          // The API server is away; the next beat may find it.
          continue;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(String what, Runnable work) {
    threads.add(Thread.ofVirtual().name(options.name() + "/" + what).start(work));
  }

  private static Path temporaryFolder() {
    try {
      return TemporaryFolder.create("node");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Hands pods over and returns at once: it runs on the thread that delivers all changes. */
  private final class PodHandler implements ResourceEventHandler<Pod> {

    @Override
    public void onAdd(Pod pod) {
      String node = pod.getSpec().getNodeName();
      if (node == null || node.isEmpty()) {
        if (pod.getMetadata().getDeletionTimestamp() == null) {
          scheduler.offer(pod);
        }
        return;
      }
      scheduler.forget(pod);
      if (node.equals(options.name()) && !dead) {
        pods.computeIfAbsent(pod.getMetadata().getUid(), uid -> launch(uid, pod))
            .offer(new PodRun.Message.Changed(pod));
      }
    }

    @Override
    public void onUpdate(Pod old, Pod pod) {
      onAdd(pod);
    }

    @Override
    public void onDelete(Pod pod, boolean finalStateUnknown) {
      scheduler.forget(pod);
      PodRun run = pods.get(pod.getMetadata().getUid());
      if (run != null) {
        run.offer(new PodRun.Message.Gone());
      }
    }

    private PodRun launch(String uid, Pod pod) {
      PodRun run = new PodRun(pod, api, options, gate, directory.resolve("pods").resolve(uid));
      run(
          pod.getMetadata().getName(),
          () -> {
            run.run();
            if (!dead) {
              pods.remove(uid);
            }
          });
      return run;
    }
  }
}
