package dev.whimbrel.controller.observe;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.controller.MigrationReconciler;
import dev.whimbrel.controller.ServerLeases;
import dev.whimbrel.engine.JobView;
import dev.whimbrel.engine.Phase;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.World;
import dev.whimbrel.engine.World.LeaseView;
import dev.whimbrel.protocol.Json;
import dev.whimbrel.protocol.Sha256;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads everything that a decision about one migration needs, and no more than its phase needs. */
public final class Observer {

  private final KubernetesClient client;
  private final JobObserver jobs;
  private final LeaseObserver leases;
  private final PodFollower pods;
  private final ServerLeases servers;
  private final RehearsalObserver rehearsals;
  private final PolicyObserver policies;

  /**
   * @param operatorNamespace where the Leases of databases live
   */
  public Observer(KubernetesClient client, String operatorNamespace) {
    this.client = client;
    this.pods = new PodFollower(client);
    this.jobs = new JobObserver(client, pods);
    this.leases = new LeaseObserver(client, operatorNamespace);
    this.rehearsals = new RehearsalObserver(client);
    this.policies = new PolicyObserver(client);
    this.servers = new ServerLeases(client, operatorNamespace);
  }

  /** Looks at Jobs, also at those of restores. */
  public JobObserver jobs() {
    return jobs;
  }

  /** The pods that are watched right now. */
  public PodFollower pods() {
    return pods;
  }

  /** The migration by live read; empty when it, or the one of that UID, is gone. */
  public Optional<DatabaseMigration> migration(DatabaseMigration cached) {
    return Optional.ofNullable(client.resource(cached).get())
        .filter(live -> live.getMetadata().getUid().equals(cached.getMetadata().getUid()));
  }

  /** Everything else. */
  public World world(DatabaseMigration migration, Context<DatabaseMigration> context) {
    DatabaseMigrationStatus status = migration.getStatus();
    Phase phase = status == null ? null : Phase.of(status.phase()).orElse(null);
    Optional<MigrationPlan> plan = plan(migration, DatabaseMigrationStatus::plan);
    JobView job = jobs.view(migration, plan.filter(Observer::isOpen).isPresent(), context);
    // Before the restores of the server: of a run and a restore that begin at once, one sees both.
    LeaseView lease = leases.view(migration);
    boolean dispatching = phase == null || phase == Phase.PLANNING;
    return new World(
        migration,
        plan,
        plan(migration, before -> before.run() == null ? null : before.run().continues()),
        approvals(migration, phase, context),
        job,
        jobs.rollout(migration, context),
        lease,
        source(migration, dispatching && job instanceof JobView.None, context),
        dispatching && job instanceof JobView.None
            ? claimedBy(migration, context)
            : Optional.empty(),
        servers.view(
            migration,
            phase == Phase.BACKING_UP && job instanceof JobView.None
                ? context
                    .getPrimaryCache()
                    .byIndex(MigrationReconciler.BY_SERVER, new Spec(migration.getSpec()).server())
                : List.of()),
        plan.filter(open -> isOpen(open) && mayBeAnswered(phase, job)).flatMap(rehearsals::of),
        jobs.traffic(migration, context),
        policies.view(migration, phase, job));
  }

  /** While a person reads the checklist, and when the end of the plan is about to be recorded. */
  private static boolean mayBeAnswered(Phase phase, JobView job) {
    return phase == Phase.AWAITING_APPROVAL || job instanceof JobView.Ended;
  }

  private static boolean isOpen(MigrationPlan plan) {
    return plan.getStatus() == null || plan.getStatus().endedAt() == null;
  }

  private Optional<MigrationPlan> plan(
      DatabaseMigration migration, Function<DatabaseMigrationStatus, PlanReference> which) {
    return Optional.ofNullable(migration.getStatus())
        .map(which)
        .map(reference ->
            client
                .resources(MigrationPlan.class)
                .inNamespace(migration.getMetadata().getNamespace())
                .withName(reference.name())
                .get());
  }

  /** The cache finds them; where they count, each is read live. */
  private List<MigrationApproval> approvals(
      DatabaseMigration migration, Phase phase, Context<DatabaseMigration> context) {
    boolean live = phase == Phase.AWAITING_APPROVAL || phase == Phase.MIGRATING;
    return context.getSecondaryResources(MigrationApproval.class).stream()
        .map(cached -> live ? client.resource(cached).get() : cached)
        .filter(approval -> approval != null)
        .filter(a -> migration.getMetadata().getName().equals(a.getSpec().migration()))
        .sorted(Comparator.comparing(approval -> approval.getMetadata().getName()))
        .toList();
  }

  private World.SourceView source(
      DatabaseMigration migration, boolean lookForMissing, Context<DatabaseMigration> context) {
    List<String> names = migration.getSpec().source().configMaps();
    Optional<String> missing =
        lookForMissing
            ? names.stream().filter(name -> !exists(migration, name)).findFirst()
            : Optional.empty();
    Map<String, Object> content = new TreeMap<>();
    context.getSecondaryResources(ConfigMap.class).stream()
        .filter(map -> names.contains(map.getMetadata().getName()))
        .forEach(map -> content.put(map.getMetadata().getName(), content(map)));
    return new World.SourceView(missing, content.isEmpty() ? "" : Sha256.hex(Json.write(content)));
  }

  private static Map<String, Object> content(ConfigMap map) {
    Map<String, Object> content = new TreeMap<>();
    if (map.getData() != null) {
      content.put("data", new TreeMap<>(map.getData()));
    }
    if (map.getBinaryData() != null) {
      content.put("binaryData", new TreeMap<>(map.getBinaryData()));
    }
    return content;
  }

  private boolean exists(DatabaseMigration migration, String name) {
    return client
            .configMaps()
            .inNamespace(migration.getMetadata().getNamespace())
            .withName(name)
            .get()
        != null;
  }

  /** An older migration of the same history table; of two of one age, the first by UID. */
  private static Optional<String> claimedBy(
      DatabaseMigration migration, Context<DatabaseMigration> context) {
    Comparator<DatabaseMigration> age =
        Comparator.comparing((DatabaseMigration m) -> m.getMetadata().getCreationTimestamp())
            .thenComparing(m -> m.getMetadata().getUid());
    String uid = migration.getMetadata().getUid();
    return context
        .getPrimaryCache()
        .byIndex(MigrationReconciler.BY_HISTORY, new Spec(migration.getSpec()).historyKey())
        .stream()
        .filter(other -> !other.getMetadata().getUid().equals(uid))
        .filter(other -> other.getMetadata().getDeletionTimestamp() == null)
        .filter(other -> age.compare(other, migration) < 0)
        .findFirst()
        .map(other -> other.getMetadata().getNamespace() + "/" + other.getMetadata().getName());
  }
}
