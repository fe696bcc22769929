package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.DatabaseRestoreStatus;
import dev.whimbrel.api.v1alpha1.JobAttempt;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.controller.ServerLeases;
import dev.whimbrel.engine.World.LeaseView;
import dev.whimbrel.engine.restore.RestorePhase;
import dev.whimbrel.engine.restore.RestoreWorld;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads everything that a decision about one restore needs. */
public final class RestoreObserver {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final ServerLeases leases;
  private final Function<String, List<DatabaseMigration>> onServer;

  /**
   * An observer.
   *
   * @param onServer every migration of a database on a server
   */
  public RestoreObserver(
      KubernetesClient client,
      JobObserver jobs,
      ServerLeases leases,
      Function<String, List<DatabaseMigration>> onServer) {
    this.client = client;
    this.jobs = jobs;
    this.leases = leases;
    this.onServer = onServer;
  }

  /** The restore by live read; empty when it, or the one of that UID, is gone. */
  public Optional<DatabaseRestore> restore(DatabaseRestore cached) {
    return Optional.ofNullable(client.resource(cached).get())
        .filter(live -> live.getMetadata().getUid().equals(cached.getMetadata().getUid()));
  }

  /** Everything else. */
  public RestoreWorld world(DatabaseRestore restore, Context<DatabaseRestore> context) {
    Optional<DatabaseRestoreStatus> status = Optional.ofNullable(restore.getStatus());
    String namespace = restore.getMetadata().getNamespace();
    Optional<String> instance = status.map(DatabaseRestoreStatus::instance);
    // The Lease first: of a run and a restore that begin at once, one sees the other.
    LeaseView lease =
        instance.map(name -> leases.view(restore, name)).orElseGet(LeaseView.Free::new);
    boolean waits =
        status
            .filter(s -> RestorePhase.RESTORING.label().equals(s.phase()))
            .filter(s -> !Boolean.TRUE.equals(s.dispatched()))
            .isPresent();
    return new RestoreWorld(
        restore,
        Optional.ofNullable(
            client
                .resources(DatabaseMigration.class)
                .inNamespace(namespace)
                .withName(restore.getSpec().migration())
                .get()),
        plan(namespace, restore.getSpec().backup().plan()),
        plan(
            namespace,
            status.map(DatabaseRestoreStatus::plan).map(PlanReference::name).orElse(null)),
        approvals(restore, context),
        jobs.ofRestore(
            namespace,
            status.map(DatabaseRestoreStatus::attempt).map(JobAttempt::job).orElse(null)),
        lease,
        waits ? leases.atWork(instance.orElseThrow()) : List.of(),
        instance.map(this::neighbours).orElse(List.of()));
  }

  private Optional<MigrationPlan> plan(String namespace, String name) {
    return name == null
        ? Optional.empty()
        : Optional.ofNullable(
            client.resources(MigrationPlan.class).inNamespace(namespace).withName(name).get());
  }

  /** The cache finds them; each is read live. */
  private List<MigrationApproval> approvals(
      DatabaseRestore restore, Context<DatabaseRestore> context) {
    return context.getSecondaryResources(MigrationApproval.class).stream()
        .map(cached -> client.resource(cached).get())
        .filter(approval -> approval != null)
        .filter(a -> restore.getMetadata().getName().equals(a.getSpec().restore()))
        .sorted(Comparator.comparing(approval -> approval.getMetadata().getName()))
        .toList();
  }

  private List<String> neighbours(String instance) {
    return onServer.apply(instance).stream().map(RestoreObserver::describe).sorted().toList();
  }

  private static String describe(DatabaseMigration migration) {
    DatabaseMigrationStatus status = migration.getStatus();
    return "%s/%s: database %s, %s at revision %s"
        .formatted(
            migration.getMetadata().getNamespace(),
            migration.getMetadata().getName(),
            migration.getSpec().database().cloudSQL().database(),
            status == null ? "new" : status.phase(),
            status == null || status.currentRevision() == null || status.currentRevision().isEmpty()
                ? "(none)"
                : status.currentRevision());
  }
}
