package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.JobReference;
import dev.whimbrel.api.v1alpha1.RolloutStatus;
import dev.whimbrel.api.v1alpha1.RunStatus;
import dev.whimbrel.api.v1alpha1.TrafficRestore;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.World;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out effects. What is already done is done; what cannot be done throws. */
public final class Actor {

  private static final Logger LOG = LoggerFactory.getLogger(Actor.class);

  private final KubernetesClient client;
  private final JobManifest jobs;
  private final PlanWriter plans;
  private final ApprovalWriter approvals;
  private final Ownership ownership;
  private final DrainGuard drains;
  private final LeaseHolder leases;
  private final EventRecorder events;
  private final Pruner pruner;
  private final Transitions transitions;

  public Actor(
      KubernetesClient client,
      JobManifest jobs,
      LeaseHolder leases,
      EventRecorder events,
      Pruner pruner,
      Transitions transitions) {
    this.client = client;
    this.jobs = jobs;
    this.plans = new PlanWriter(client);
    this.approvals = new ApprovalWriter(client);
    this.ownership = new Ownership(client);
    this.drains = new DrainGuard(client);
    this.leases = leases;
    this.events = events;
    this.pruner = pruner;
    this.transitions = transitions;
  }

  /** A status was persisted: log and count the transition. */
  public void changed(DatabaseMigration before, DatabaseMigration after) {
    transitions.record(before, after);
  }

  /** Carries out one effect. */
  public void act(DatabaseMigration migration, World world, Effect effect) {
    switch (effect) {
      case Effect.CreateJob create -> create(migration, world, create);
      case Effect.DeleteJob delete -> ownership.deleteJob(namespace(migration), delete.name());
      case Effect.AdoptJob adopt -> {
        drains.release(namespace(migration), adopt.name());
        ownership.adoptJob(migration, adopt.name());
      }
      case Effect.CreatePlan create ->
          plans.create(migration, create.name(), create.spec(), create.owned());
      case Effect.DetachPlan detach -> plans.detach(namespace(migration), detach.name());
      case Effect.RecordPlan record -> plans.record(migration, record);
      case Effect.RecordChecklist record ->
          world.plan().ifPresent(plan -> plans.answer(plan, record.items()));
      case Effect.AnnotatePod annotate -> annotate(migration, annotate);
      case Effect.AcquireLease acquire -> leases.acquire(migration, acquire.name(), acquire.from());
      case Effect.ReleaseLease release ->
          leases.release(migration, release.name(), release.holder());
      case Effect.AddFinalizer add -> ownership.finalizer(migration, true);
      case Effect.RemoveFinalizer remove -> ownership.finalizer(migration, false);
      case Effect.JudgeApproval judge -> approvals.judge(namespace(migration), judge);
      case Effect.Announce announce -> events.announce(migration, announce);
      case Effect.Prune prune -> pruner.prune(migration);
    }
  }

  private void create(DatabaseMigration migration, World world, Effect.CreateJob create) {
    if (!isStillNamed(migration, create.name())) {
      LOG.info(
          "job is not wanted any more, not created namespace={} name={}",
          namespace(migration),
          create.name());
      return;
    }
    Job job = jobs.build(migration, world, create);
    try {
      Job created = client.resource(job).create();
      if (create.steps().contains(Step.MIGRATE) || create.steps().contains(Step.ROLLBACK)) {
        drains.protect(created);
      }
      LOG.info(
          "created job namespace={} name={} steps={}",
          job.getMetadata().getNamespace(),
          create.name(),
          create.steps());
    } catch (KubernetesClientException e) {
      // The name is unique for ever: it is this very Job, created before a crash.
      tolerate(e, HttpURLConnection.HTTP_CONFLICT);
    }
  }

  /** By a live read: a leader that was held up must not start what another has given up. */
  private boolean isStillNamed(DatabaseMigration migration, String job) {
    return Optional.ofNullable(
            client
                .resources(DatabaseMigration.class)
                .inNamespace(namespace(migration))
                .withName(migration.getMetadata().getName())
                .get())
        .filter(live -> live.getMetadata().getUid().equals(migration.getMetadata().getUid()))
        .map(DatabaseMigration::getStatus)
        .filter(status -> names(status, job))
        .isPresent();
  }

  private static boolean names(DatabaseMigrationStatus status, String job) {
    Optional<JobReference> ofRun = Optional.ofNullable(status.run()).map(RunStatus::job);
    Optional<JobReference> ofRollout =
        Optional.ofNullable(status.rollout()).map(RolloutStatus::job);
    Optional<JobReference> ofTraffic =
        Optional.ofNullable(status.trafficRestore()).map(TrafficRestore::job);
    return Stream.of(ofRun, ofRollout, ofTraffic)
        .flatMap(Optional::stream)
        .anyMatch(named -> named.name().equals(job));
  }

  /** In the foreground: the Job stays until its pod has ended, for the history is read after it. */
  private void annotate(DatabaseMigration migration, Effect.AnnotatePod annotate) {
    try {
      client
          .pods()
          .inNamespace(namespace(migration))
          .withName(annotate.pod())
          .patch(
              MergePatch.CONTEXT,
              MergePatch.annotation(Whimbrel.PLAN_RECORDED_ANNOTATION, annotate.answer()));
    } catch (KubernetesClientException e) {
      tolerate(e, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }

  private static String namespace(DatabaseMigration migration) {
    return migration.getMetadata().getNamespace();
  }

  /** Goes on where the answer is one of these, because the effect is then done or moot. */
  static void tolerate(KubernetesClientException e, int... codes) {
    for (int code : codes) {
      if (e.getCode() == code) {
        return;
      }
    }
    throw e;
  }
}
