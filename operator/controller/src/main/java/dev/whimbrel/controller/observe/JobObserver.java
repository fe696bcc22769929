package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.api.v1alpha1.TrafficStatus;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Rollouts;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.TrafficRestores;
import dev.whimbrel.protocol.LogDocument;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Job that a status names. What counts is its pod, which knows its end a second before the Job
 * does; the Job's own conditions decide where there is no pod any more.
 */
public final class JobObserver {

  private static final Logger LOG = LoggerFactory.getLogger(JobObserver.class);
  private static final Set<String> ENDS = Set.of("Complete", "Failed", "FailureTarget");

  private final KubernetesClient client;
  private final PodFollower pods;

  JobObserver(KubernetesClient client, PodFollower pods) {
    this.client = client;
    this.pods = pods;
  }

  /**
   * Looks.
   *
   * @param planOpen whether the run has a plan whose end is not recorded: then the pod is read at
   *     rest too, for what a crash kept from being written
   */
  JobView view(DatabaseMigration migration, boolean planOpen, Context<DatabaseMigration> context) {
    ResourceID id = ResourceID.fromResource(migration);
    DatabaseMigrationStatus status = migration.getStatus();
    if (status == null || status.run() == null || status.run().job() == null) {
      pods.stop(id);
      return new JobView.None();
    }
    JobReference reference = status.run().job();
    Optional<Job> job = find(migration, reference, context);
    if (job.isEmpty()) {
      pods.stop(id);
      return new JobView.Absent(outlived(migration, reference));
    }
    return view(migration, planOpen, job.get(), id);
  }

  /** The Job that verifies the rollout: at rest nobody waits for its pod, its own end is enough. */
  JobView rollout(DatabaseMigration migration, Context<DatabaseMigration> context) {
    RolloutStatus rollout = migration.getStatus() == null ? null : migration.getStatus().rollout();
    if (!Rollouts.isRunning(rollout)) {
      return new JobView.None();
    }
    return unfollowed(
        migration.getMetadata().getNamespace(), find(migration, rollout.job(), context));
  }

  /** The Job that puts the application's traffic back. */
  JobView traffic(DatabaseMigration migration, Context<DatabaseMigration> context) {
    TrafficRestore restore =
        migration.getStatus() == null ? null : migration.getStatus().trafficRestore();
    if (!TrafficRestores.isRunning(restore)) {
      return new JobView.None();
    }
    return unfollowed(
        migration.getMetadata().getNamespace(), find(migration, restore.job(), context));
  }

  /** The Job of a restore. */
  JobView ofRestore(String namespace, JobReference reference) {
    if (reference == null) {
      return new JobView.None();
    }
    Optional<Job> job = find(namespace, reference);
    return job.isEmpty()
        ? new JobView.Absent(alive(namespace, reference))
        : unfollowed(namespace, job);
  }

  /** A Job whose pod nobody watches: its own end tells that it is over, and its pod what it did. */
  private JobView unfollowed(String namespace, Optional<Job> found) {
    if (found.isEmpty()) {
      return new JobView.Absent();
    }
    Job job = found.get();
    String uid = job.getMetadata().getUid();
    Optional<Pod> pod = pod(namespace, job.getMetadata().getName());
    Optional<PodState> state = pod.map(PodState::of);
    Optional<JobCondition> end = end(job);
    if (end.isEmpty() && !state.map(PodState::ended).orElse(false)) {
      return state.map(PodState::started).orElse(false)
          ? new JobView.Running(uid, pod.get().getMetadata().getName(), Optional.empty(), "")
          : new JobView.Waiting(uid, state.map(PodState::why).map(Why::text).orElse(""));
    }
    Optional<RunnerResult> result = state.flatMap(s -> parse(s.terminationMessage()));
    return new JobView.Ended(
        uid,
        result,
        result
            .map(RunnerResult::document)
            .flatMap(described -> LogDocument.find(log(pod.get()), described))
            .flatMap(PlanDocument::parse),
        end.map(JobObserver::why)
            .orElseGet(() -> state.map(PodState::why).orElse(Why.NOTHING).text()),
        owned(job),
        pod.map(p -> checks(p, result)).orElse(List.of()));
  }

  /** A pod that is still there although its Job is not. At rest nobody waits for it. */
  private Optional<String> outlived(DatabaseMigration migration, JobReference reference) {
    boolean resting = Phase.of(migration.getStatus().phase()).map(Phase::resting).orElse(true);
    return resting ? Optional.empty() : alive(migration.getMetadata().getNamespace(), reference);
  }

  private Optional<String> alive(String namespace, JobReference reference) {
    return pod(namespace, reference.name())
        .filter(pod -> !PodState.of(pod).ended())
        .map(pod -> pod.getMetadata().getName());
  }

  private Optional<Pod> pod(String namespace, String job) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel(Annotations.JOB, job)
        .list()
        .getItems()
        .stream()
        .findFirst();
  }

  private Optional<Job> find(
      DatabaseMigration migration, JobReference reference, Context<DatabaseMigration> context) {
    Optional<Job> cached =
        context.getSecondaryResources(Job.class).stream()
            .filter(job -> job.getMetadata().getName().equals(reference.name()))
            .findFirst();
    return cached
        .filter(job -> isNamed(job, reference))
        .or(() -> find(migration.getMetadata().getNamespace(), reference));
  }

  private Optional<Job> find(String namespace, JobReference reference) {
    return Optional.ofNullable(
            client.batch().v1().jobs().inNamespace(namespace).withName(reference.name()).get())
        .filter(job -> isNamed(job, reference));
  }

  private static boolean isNamed(Job job, JobReference reference) {
    return reference.uid() == null || reference.uid().equals(job.getMetadata().getUid());
  }

  private JobView view(DatabaseMigration migration, boolean planOpen, Job job, ResourceID id) {
    DatabaseMigrationStatus status = migration.getStatus();
    String uid = job.getMetadata().getUid();
    boolean resting = Phase.of(status.phase()).map(Phase::resting).orElse(true);
    String name = job.getMetadata().getName();
    if (resting) {
      List<CheckResult> checks =
          planOpen
              ? pods.pod(id, name, false).map(this::checks).orElse(List.of())
              : List.<CheckResult>of();
      pods.stop(id);
      return new JobView.Ended(uid, Optional.empty(), Optional.empty(), "", owned(job), checks);
    }
    boolean shared = Boolean.TRUE.equals(status.run().shared());
    Optional<Pod> pod = pods.pod(id, name, shared);
    Optional<PodState> state = pod.map(PodState::of);
    Optional<JobCondition> end = end(job);
    if (state.isPresent() && (state.get().ended() || end.isPresent())) {
      return ended(migration, job, pod.get(), state.get());
    }
    if (end.isPresent()) {
      return new JobView.Ended(uid, Optional.empty(), Optional.empty(), why(end.get()), owned(job));
    }
    if (state.isEmpty() && job.getMetadata().getDeletionTimestamp() != null) {
      return new JobView.Absent();
    }
    if (state.map(PodState::started).orElse(false)) {
      return new JobView.Running(
          uid,
          pod.get().getMetadata().getName(),
          shared
              ? pods.document(id, name).map(plan -> PlanOrigin.mark(plan, job, pod.get()))
              : Optional.empty(),
          state.get().told());
    }
    return new JobView.Waiting(
        uid, Advice.on(migration.getSpec(), state.map(PodState::why).orElse(Why.NOTHING)));
  }

  private JobView ended(DatabaseMigration migration, Job job, Pod pod, PodState state) {
    DatabaseMigrationStatus status = migration.getStatus();
    ResourceID id = ResourceID.fromResource(migration);
    Optional<RunnerResult> result =
        parse(state.terminationMessage())
            .map(found -> withWhatTheNodeKnows(found, migration.getSpec(), pod));
    boolean planWanted =
        status.phase().equals(Phase.PLANNING.label())
            && (status.plan() == null || status.plan().uid() == null);
    Optional<MigrationPlanSpec> document =
        planWanted ? result.flatMap(r -> document(r, job, pod, id)) : Optional.empty();
    return new JobView.Ended(
        job.getMetadata().getUid(),
        result,
        document,
        state.why().text(),
        owned(job),
        checks(pod, result),
        traffic(migration, pod, result));
  }

  /** A pod that was killed says nothing at its end, but it has printed what it read before. */
  private Optional<TrafficStatus> traffic(
      DatabaseMigration migration, Pod pod, Optional<RunnerResult> result) {
    boolean migrating = Phase.MIGRATING.label().equals(migration.getStatus().phase());
    return migrating && new Spec(migration.getSpec()).application().isPresent()
        ? TrafficDocument.find(log(pod), result.map(RunnerResult::traffic))
        : Optional.empty();
  }

  /**
   * To the runner a container that could not begin is only one that does not answer, and worth
   * another try. The node knows why, and that it will be so again.
   */
  private static RunnerResult withWhatTheNodeKnows(
      RunnerResult result, DatabaseMigrationSpec spec, Pod pod) {
    return result.outcome() == Outcome.FAILED
        ? Why.neverBegan(pod).map(why -> result.becauseOf(Advice.on(spec, why))).orElse(result)
        : result;
  }

  private List<CheckResult> checks(Pod pod) {
    return checks(pod, parse(PodState.of(pod).terminationMessage()));
  }

  private List<CheckResult> checks(Pod pod, Optional<RunnerResult> result) {
    return result
        .map(RunnerResult::checks)
        .map(described -> ChecksDocument.find(log(pod), described))
        .orElse(List.of());
  }

  private Optional<MigrationPlanSpec> document(
      RunnerResult result, Job job, Pod pod, ResourceID id) {
    if (result.document() == null) {
      return Optional.empty();
    }
    return pods.document(id, job.getMetadata().getName())
        .or(() -> LogDocument.find(log(pod), result.document()).flatMap(PlanDocument::parse))
        .filter(plan -> plan.hash().equals(result.hash()))
        .map(plan -> PlanOrigin.mark(plan, job, pod));
  }

  private String log(Pod pod) {
    try {
      return client
          .pods()
          .inNamespace(pod.getMetadata().getNamespace())
          .withName(pod.getMetadata().getName())
          .inContainer(ContainerNames.RUNNER)
          .getLog();
    } catch (KubernetesClientException e) {
      LOG.warn("the log of pod {} cannot be read: {}", pod.getMetadata().getName(), e.getMessage());
      return "";
    }
  }

  private static Optional<RunnerResult> parse(String message) {
    try {
      return message == null || message.isEmpty()
          ? Optional.empty()
          : Optional.of(RunnerResult.parse(message));
    } catch (IllegalArgumentException e) {
      // Something else wrote there, or it was cut: as good as nothing.
      return Optional.empty();
    }
  }

  private static Optional<JobCondition> end(Job job) {
    List<JobCondition> conditions =
        job.getStatus() == null ? List.of() : job.getStatus().getConditions();
    return conditions.stream()
        .filter(condition -> "True".equals(condition.getStatus()))
        .filter(condition -> ENDS.contains(condition.getType()))
        .findFirst();
  }

  private static String why(JobCondition condition) {
    return condition.getReason() == null
        ? condition.getType()
        : condition.getReason() + ": " + condition.getMessage();
  }

  private static boolean owned(Job job) {
    return !job.getMetadata().getOwnerReferences().isEmpty();
  }
}
