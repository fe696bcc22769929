package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.protocol.LogDocument;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the one pod of each Job that is under way, and follows its log where the Job waits for
 * us. There is no informer on pods: a follower lives from the dispatch of its Job to the recorded
 * end. It only makes things faster; what it missed is read again at the next wake-up.
 */
public final class PodFollower {

  private static final Logger LOG = LoggerFactory.getLogger(PodFollower.class);

  private final KubernetesClient client;
  private final Map<ResourceID, Follow> follows = new ConcurrentHashMap<>();
  private Consumer<ResourceID> onChange = migration -> {};

  PodFollower(KubernetesClient client) {
    this.client = client;
  }

  /** Who hears, with the migration's name, that a pod changed. */
  public void onChange(Consumer<ResourceID> listener) {
    this.onChange = listener;
  }

  /** How many Jobs are followed now. */
  public int size() {
    return follows.size();
  }

  /** The newest known state of the Job's pod. The first call lists, later ones only watch. */
  Optional<Pod> pod(ResourceID migration, String job, boolean readLog) {
    Follow follow =
        follows.compute(
            migration,
            (key, old) -> {
              if (old != null && old.job.equals(job) && old.healthy) {
                return old;
              }
              if (old != null) {
                old.close();
              }
              return new Follow(migration, job, readLog);
            });
    follow.start();
    return Optional.ofNullable(follow.pod);
  }

  /** The plan that the pod has printed so far. */
  Optional<MigrationPlanSpec> document(ResourceID migration, String job) {
    Follow follow = follows.get(migration);
    return follow != null && follow.job.equals(job)
        ? Optional.ofNullable(follow.document)
        : Optional.empty();
  }

  /** No Job of the migration is under way any more. */
  void stop(ResourceID migration) {
    Follow follow = follows.remove(migration);
    if (follow != null) {
      follow.close();
    }
  }

  private final class Follow implements Watcher<Pod> {

    private final ResourceID migration;
    private final String namespace;
    private final String job;
    private final boolean readLog;
    private volatile boolean healthy = true;
    private volatile Pod pod;
    private volatile MigrationPlanSpec document;
    private Watch watch;
    private LogWatch log;

    Follow(ResourceID migration, String job, boolean readLog) {
      this.migration = migration;
      this.namespace = migration.getNamespace().orElseThrow();
      this.job = job;
      this.readLog = readLog;
    }

    synchronized void start() {
      if (watch != null || !healthy) {
        return;
      }
      PodList list = client.pods().inNamespace(namespace).withLabel(Annotations.JOB, job).list();
      list.getItems().stream().findFirst().ifPresent(this::accept);
      watch =
          client
              .pods()
              .inNamespace(namespace)
              .withLabel(Annotations.JOB, job)
              .withResourceVersion(list.getMetadata().getResourceVersion())
              .watch(this);
    }

    private void accept(Pod changed) {
      pod = changed;
      if (readLog && document == null && PodState.of(changed).started()) {
        readLog(changed.getMetadata().getName());
      }
    }

    @Override
    public void eventReceived(Action action, Pod changed) {
      // The last state of a deleted pod stays: its termination message may be in it.
      if (action == Action.ADDED || action == Action.MODIFIED || action == Action.DELETED) {
        PodState before = pod == null ? null : PodState.of(pod);
        accept(changed);
        if (action == Action.DELETED || !PodState.of(changed).equals(before)) {
          onChange.accept(migration);
        }
      }
    }

    @Override
    public void onClose(WatcherException cause) {
      LOG.debug("watch on the pod of job {}/{} ended", namespace, job, cause);
      healthy = false;
      onChange.accept(migration);
    }

    @Override
    public void onClose() {
      healthy = false;
    }

    private synchronized void readLog(String name) {
      if (log != null || !healthy) {
        return;
      }
      log =
          client
              .pods()
              .inNamespace(namespace)
              .withName(name)
              .inContainer(ContainerNames.RUNNER)
              .watchLog();
      LogWatch followed = log;
      Thread.ofVirtual().name("log-" + job).start(() -> read(followed));
    }

    private void read(LogWatch followed) {
      StringBuilder lines = new StringBuilder();
      try (followed;
          BufferedReader reader =
              new BufferedReader(
                  new InputStreamReader(followed.getOutput(), StandardCharsets.UTF_8))) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (LogDocument.isLine(line)) {
            lines.append(line).append('\n');
            Optional<MigrationPlanSpec> found =
                LogDocument.find(lines.toString()).flatMap(PlanDocument::parse);
            if (found.isPresent()) {
              document = found.get();
              onChange.accept(migration);
              return;
            }
          }
        }
      } catch (IOException e) {
        LOG.debug("the log of job {}/{} broke off", namespace, job, e);
      }
    }

    synchronized void close() {
      healthy = false;
      if (watch != null) {
        watch.close();
      }
      if (log != null) {
        log.close();
      }
    }
  }
}
