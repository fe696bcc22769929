package dev.whimbrel.testkit.node;

import dev.whimbrel.testkit.files.FolderTree;
import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One pod's life on the node. A thread of its own takes messages (the pod changed, a container
 * ended, the pod is gone) and, after each, does whatever can be done now and reports the outcome;
 * so nothing in here is shared and no pod waits for another.
 */
final class PodRun implements Runnable {

  private static final Duration API_RETRY = Duration.ofMillis(250);
  private static final Duration STARTUP_PROBE = Duration.ofMillis(100);
  private static final Duration IDLE = Duration.ofHours(1);

  /** What reaches the pod's thread. */
  sealed interface Message {
    /** The pod's object, new or changed. */
    record Changed(Pod pod) implements Message {}

    /** The pod's object exists no more. */
    record Gone() implements Message {}

    /** A container's process ended. */
    record Exited(ContainerRun run, int exitCode) implements Message {}
  }

  /** Why and until when the containers are asked to end. */
  private record Stop(Optional<String> reason, Optional<String> message, Instant killAt) {}

  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final NodeApi api;
  private final SimulatedNodeOptions options;
  private final Gate gate;
  private final Path folder;
  private final Clock clock;
  private final PodVolumes volumes;
  private final PodContainers containers;
  private final ContainerStarter starter;
  private final PodLimits limits;

  private volatile Pod pod;
  private Optional<Stop> stop = Optional.empty();
  private Optional<PodStatus> reported = Optional.empty();
  private Instant retryAt = Instant.MIN;
  private boolean killed;
  private boolean finished;
  private boolean gone;
  private boolean deletionConfirmed;
  private boolean stale;

  PodRun(Pod pod, NodeApi api, SimulatedNodeOptions options, Gate gate, Path folder) {
    this.pod = pod;
    this.api = api;
    this.options = options;
    this.gate = gate;
    this.folder = folder;
    this.clock = options.clock();
    this.volumes = new PodVolumes(api.client(), options, folder.resolve("volumes"));
    this.starter =
        new ContainerStarter(
            api, options, volumes, (run, code) -> offer(new Message.Exited(run, code)));
    this.containers = PodContainers.waiting(pod.getSpec(), folder, clock);
    String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
    this.finished = "Succeeded".equals(phase) || "Failed".equals(phase);
    this.limits = PodLimits.of(pod, clock);
    if ("Running".equals(phase)) {
      containers.forget(clock.instant());
    }
  }

  Pod pod() {
    return pod;
  }

  void offer(Message message) {
    messages.add(message);
  }

  Stream<ContainerRun> all() {
    return containers.all();
  }

  @Override
  public void run() {
    try {
      while (!(gone && containers.noneRuns())) {
        gate.pass();
        Instant next = advanceAndReport();
        Duration wait = Duration.between(clock.instant(), next);
        Message message = messages.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS);
        while (message != null) {
          accept(message);
          message = messages.poll();
        }
      }
      FolderTree.delete(folder);
    } catch (InterruptedException e) {
      // The node has died: nothing is reported any more.
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      System.err.println("simulated node: cannot delete " + folder + ": " + e);
    }
  }

  private void accept(Message message) {
    switch (message) {
      case Message.Changed(Pod changed) -> {
        stale |= !sameLabelsAndAnnotations(pod, changed);
        pod = changed;
      }
      case Message.Gone() -> gone = true;
      case Message.Exited(ContainerRun run, int exitCode) ->
          run.ended(exitCode, containers.count());
    }
  }

  private static boolean sameLabelsAndAnnotations(Pod one, Pod other) {
    return Objects.equals(one.getMetadata().getLabels(), other.getMetadata().getLabels())
        && Objects.equals(one.getMetadata().getAnnotations(), other.getMetadata().getAnnotations());
  }

  private void refreshVolumes() throws IOException {
    try {
      volumes.refresh(pod);
    } catch (UnmetNeed e) {
      api.warn(pod, "FailedMount", e.getMessage());
    }
    stale = false;
  }

  /** Does what can be done now and returns when to look again at the latest. */
  private Instant advanceAndReport() {
    try {
      Instant next = advance(clock.instant());
      if (!gone) {
        report();
        confirmDeletion();
      }
      return next;
    } catch (KubernetesClientException e) {
      // The API server is away or busy; a node tries again for ever.
      return clock.instant().plus(API_RETRY);
    } catch (IOException | RuntimeException e) {
      // A fault of the simulation, not of the pod: say so where somebody looks, and go on.
      api.warn(pod, "Failed", "the simulated node cannot run the pod: " + e);
      return clock.instant().plus(options.retry());
    }
  }

  private Instant advance(Instant now) throws IOException {
    if (finished) {
      return now.plus(IDLE);
    }
    if (stale) {
      refreshVolumes();
    }
    beginStopIfDue(now);
    if (stop.isPresent()) {
      return advanceStop(now, stop.get());
    }
    Instant next = limits.deadline(pod).orElse(now.plus(IDLE));
    if (now.isBefore(retryAt)) {
      return earlier(next, retryAt);
    }
    if (mountVolumes(now) && advanceInits(now)) {
      containers.mains().forEach(run -> startIfWaiting(run, now));
    }
    if (containers.over()) {
      return end(now, Optional.empty(), Optional.empty(), limits.grace(pod));
    }
    return earlier(next, retryAt.isAfter(now) ? retryAt : next);
  }

  private void beginStopIfDue(Instant now) {
    if (stop.isPresent()) {
      return;
    }
    if (gone || deleting()) {
      end(now, Optional.empty(), Optional.empty(), limits.graceOfDeletion(pod));
    } else if (limits.deadline(pod).filter(limit -> !limit.isAfter(now)).isPresent()) {
      end(
          now,
          Optional.of("DeadlineExceeded"),
          Optional.of("Pod was active on the node longer than the specified deadline"),
          limits.grace(pod));
    }
  }

  private Instant end(
      Instant now, Optional<String> reason, Optional<String> message, Duration grace) {
    Stop ending = new Stop(reason, message, now.plus(grace));
    stop = Optional.of(ending);
    return advanceStop(now, ending);
  }

  private Instant advanceStop(Instant now, Stop ending) {
    if (containers.noneRuns()) {
      finished = true;
      return now.plus(IDLE);
    }
    containers.endingNow().forEach(ContainerRun::terminate);
    if (!killed && !ending.killAt().isAfter(now)) {
      killed = true;
      containers.running().forEach(ContainerRun::kill);
    }
    return killed ? now.plus(IDLE) : ending.killAt();
  }

  private boolean mountVolumes(Instant now) throws IOException {
    try {
      volumes.mount(pod);
      return true;
    } catch (UnmetNeed e) {
      api.warn(pod, "FailedMount", e.getMessage());
      retryAt = now.plus(options.retry());
      return false;
    }
  }

  /** Starts the next init container; true when all have run. */
  private boolean advanceInits(Instant now) {
    for (ContainerRun run : containers.inits()) {
      startIfWaiting(run, now);
      if (!PodContainers.letsNextStart(run)) {
        retryAt = run.sidecar() && run.running() ? now.plus(STARTUP_PROBE) : retryAt;
        return false;
      }
    }
    return true;
  }

  private void startIfWaiting(ContainerRun run, Instant now) {
    if (run.state() instanceof Waiting && !starter.start(pod, run)) {
      retryAt = now.plus(options.retry());
    }
  }

  private void report() {
    PodStatusReport report =
        new PodStatusReport(
            phase(),
            stop.flatMap(Stop::reason).filter(reason -> finished),
            stop.flatMap(Stop::message).filter(message -> finished),
            limits.startTime());
    PodStatus previous =
        reported.orElseGet(() -> pod.getStatus() == null ? new PodStatus() : pod.getStatus());
    PodStatus status = report.status(pod, previous, containers, clock.instant());
    if (reported.filter(status::equals).isPresent() || alreadyFinal()) {
      return;
    }
    if (api.report(pod, status)) {
      reported = Optional.of(status);
    } else {
      gone = true;
    }
  }

  /** A pod that had finished before this node knew it keeps the status it has. */
  private boolean alreadyFinal() {
    return finished && reported.isEmpty() && stop.isEmpty();
  }

  private String phase() {
    if (finished) {
      boolean clean = stop.flatMap(Stop::reason).isEmpty() && containers.allSucceeded();
      return clean ? "Succeeded" : "Failed";
    }
    return containers.pending() ? "Pending" : "Running";
  }

  private void confirmDeletion() {
    if (finished && deleting() && !deletionConfirmed) {
      api.confirmDeletion(pod);
      deletionConfirmed = true;
    }
  }

  private boolean deleting() {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
