package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.api.v1alpha1.JobAttempt;
import dev.whimbrel.controller.ServerLeases;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.restore.RestoreWorld;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out the effects of a restore. What is already done is done. */
public final class RestoreActor {

  private static final Logger LOG = LoggerFactory.getLogger(RestoreActor.class);

  private final KubernetesClient client;
  private final JobManifest jobs;
  private final PlanWriter plans;
  private final ApprovalWriter approvals;
  private final Ownership ownership;
  private final ServerLeases leases;
  private final EventRecorder events;

  /** One that shares how Jobs are built and Events are written with that of migrations. */
  public RestoreActor(
      KubernetesClient client, JobManifest jobs, ServerLeases leases, EventRecorder events) {
    this.client = client;
    this.jobs = jobs;
    this.plans = new PlanWriter(client);
    this.approvals = new ApprovalWriter(client);
    this.ownership = new Ownership(client);
    this.leases = leases;
    this.events = events;
  }

  /** Carries out one effect. */
  public void act(DatabaseRestore restore, RestoreWorld world, Effect effect) {
    String namespace = restore.getMetadata().getNamespace();
    DatabaseRestoreStatus status = restore.getStatus();
    switch (effect) {
      case Effect.CreateJob create -> create(restore, world, create);
      case Effect.DeleteJob delete -> ownership.deleteJob(namespace, delete.name());
      case Effect.AdoptJob adopt -> ownership.adoptJob(restore, adopt.name());
      case Effect.CreatePlan create ->
          plans.create(restore, create.name(), create.spec(), create.owned());
      case Effect.DetachPlan detach -> plans.detach(namespace, detach.name());
      case Effect.RecordPlan record ->
          plans.record(
              namespace,
              record,
              Optional.ofNullable(status.backup()).map(BackupStatus::id).orElse(null),
              status.currentRevision());
      case Effect.AcquireLease acquire -> leases.acquire(restore, acquire.name(), acquire.from());
      case Effect.ReleaseLease release -> leases.release(restore, release.name());
      case Effect.AddFinalizer add -> ownership.finalizer(restore, true);
      case Effect.RemoveFinalizer remove -> ownership.finalizer(restore, false);
      case Effect.JudgeApproval judge -> approvals.judge(namespace, judge);
      case Effect.Announce announce -> events.announce(restore, "", announce);
      case Effect.AnnotatePod _, Effect.RecordChecklist _, Effect.Prune _ ->
          throw new IllegalStateException("of migrations only: " + effect);
    }
  }

  private void create(DatabaseRestore restore, RestoreWorld world, Effect.CreateJob create) {
    if (!isStillNamed(restore, create.name())) {
      LOG.info("job is not wanted any more, not created name={}", create.name());
      return;
    }
    Job job =
        jobs.build(
            restore,
            RestoreInputs.job(restore, world),
            RestoreInputs.input(restore, world, create),
            create);
    try {
      client.resource(job).create();
      LOG.info("created job name={} steps={}", create.name(), create.steps());
    } catch (KubernetesClientException e) {
      // The name is unique for ever: it is this very Job, created before a crash.
      Actor.tolerate(e, HttpURLConnection.HTTP_CONFLICT);
    }
  }

  /** By a live read: a leader that was held up must not start what another has given up. */
  private boolean isStillNamed(DatabaseRestore restore, String job) {
    return Optional.ofNullable(client.resource(restore).get())
        .filter(live -> live.getMetadata().getUid().equals(restore.getMetadata().getUid()))
        .map(DatabaseRestore::getStatus)
        .map(DatabaseRestoreStatus::attempt)
        .map(JobAttempt::job)
        .filter(named -> named.name().equals(job))
        .isPresent();
  }
}
