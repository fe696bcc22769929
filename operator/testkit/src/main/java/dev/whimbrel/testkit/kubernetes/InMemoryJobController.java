package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Runs Jobs on an API that has no controllers: one pod at a time, a new one after a failure while
 * {@code backoffLimit} allows, deadlines, and the deletion of the pods of deleted Jobs.
 *
 * <p>Watches only wake it up; what it acts on is always a fresh list, and it looks every half
 * second anyway. With the handful of Jobs of a test that costs nothing, and nothing is ever missed.
 */
final class InMemoryJobController implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final int CONFLICT = 409;

  private final KubernetesClient client;
  private final Clock clock = Clock.systemUTC();
  private final Set<String> withPods = new HashSet<>();
  private final Semaphore changes = new Semaphore(1);
  private final List<SharedIndexInformer<?>> informers;
  private final Thread thread;

  private InMemoryJobController(KubernetesClient client) {
    this.client = client;
    this.informers =
        List.of(
            client.batch().v1().jobs().inAnyNamespace().inform(new WakeUp<>(), 0),
            client.pods().inAnyNamespace().inform(new WakeUp<>(), 0));
    this.thread = Thread.ofVirtual().name("in-memory-jobs").start(this::run);
  }

  static InMemoryJobController start(KubernetesClient client) {
    return new InMemoryJobController(client);
  }

  @Override
  public void close() {
    informers.forEach(SharedIndexInformer::close);
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        boolean woken = changes.tryAcquire(PERIOD.toMillis(), TimeUnit.MILLISECONDS);
        if (woken) {
          changes.drainPermits();
        }
        try {
          List<Job> jobs = client.batch().v1().jobs().inAnyNamespace().list().getItems();
          List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
          jobs.forEach(job -> sync(job, pods));
          deleteOrphans(jobs, pods);
        } catch (KubernetesClientException e) {
          // The object changed under us or the API is closing: the next round sees what is true.
          continue;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sync(Job job, List<Pod> all) {
    JobProgress progress = JobProgress.of(job, all, clock.instant());
    if (progress.finished() || Boolean.TRUE.equals(job.getSpec().getSuspend())) {
      return;
    }
    boolean hadPod = withPods.contains(job.getMetadata().getUid());
    boolean lostPod = hadPod && progress.pods().isEmpty();
    if (progress.needsPod() && !lostPod) {
      createPod(job, progress.failed());
      return;
    }
    JobStatus status = progress.status(lostPod);
    if (!status.equals(job.getStatus())) {
      report(job, status);
    }
    if (progress.mustStop()) {
      progress.active().forEach(pod -> client.resource(pod).delete());
    }
  }

  private void createPod(Job job, int attempt) {
    try {
      client.resource(pod(job, attempt)).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != CONFLICT) {
        throw e;
      }
    }
    withPods.add(job.getMetadata().getUid());
  }

  /** The name is derived, so a round that has not seen its own pod yet cannot make a second. */
  private static Pod pod(Job job, int attempt) {
    ObjectMeta template =
        job.getSpec().getTemplate().getMetadata() == null
            ? new ObjectMeta()
            : job.getSpec().getTemplate().getMetadata();
    String name = job.getMetadata().getName();
    String uid = job.getMetadata().getUid();
    ObjectMeta metadata =
        new ObjectMetaBuilder(template)
            .withName(name + "-" + uid.substring(0, 4) + attempt)
            .withNamespace(job.getMetadata().getNamespace())
            .addToLabels("batch.kubernetes.io/job-name", name)
            .addToLabels("job-name", name)
            .addToLabels("batch.kubernetes.io/controller-uid", uid)
            .addToLabels("controller-uid", uid)
            .addNewOwnerReference()
            .withApiVersion("batch/v1")
            .withKind("Job")
            .withName(name)
            .withUid(uid)
            .withController(true)
            .withBlockOwnerDeletion(true)
            .endOwnerReference()
            .build();
    return new PodBuilder()
        .withMetadata(metadata)
        .withSpec(job.getSpec().getTemplate().getSpec())
        .withNewStatus()
        .withPhase("Pending")
        .endStatus()
        .build();
  }

  private void report(Job job, JobStatus status) {
    List<Map<String, Object>> patch =
        List.of(
            Map.of("op", "test", "path", "/metadata/uid", "value", job.getMetadata().getUid()),
            Map.of("op", "add", "path", "/status", "value", status));
    client
        .batch()
        .v1()
        .jobs()
        .inNamespace(job.getMetadata().getNamespace())
        .withName(job.getMetadata().getName())
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON), Serialization.asJson(patch));
  }

  private void deleteOrphans(List<Job> jobs, List<Pod> pods) {
    Set<String> living = new HashSet<>();
    jobs.forEach(job -> living.add(job.getMetadata().getUid()));
    pods.stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(pod ->
            pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(
                    owner -> owner.getKind().equals("Job") && !living.contains(owner.getUid())))
        .forEach(pod -> client.resource(pod).delete());
    withPods.retainAll(living);
  }

  /** Any change of a Job or pod is a reason to look. */
  private final class WakeUp<T> implements ResourceEventHandler<T> {
    @Override
    public void onAdd(T object) {
      changes.release();
    }

    @Override
    public void onUpdate(T old, T object) {
      changes.release();
    }

    @Override
    public void onDelete(T object, boolean finalStateUnknown) {
      changes.release();
    }
  }

  static String time(Instant instant) {
    return instant.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }
}
