package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.api.v1alpha1.Whimbrel;
import dev.whimbrel.controller.act.Actor;
import dev.whimbrel.controller.observe.Observer;
import dev.whimbrel.engine.Reconciliation;
import dev.whimbrel.engine.Spec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one pass per event and says when to come back. Holds no state of its own; all there is to
 * decide is in the engine.
 *
 * <p>Every event triggers, deletion included: our finalizer lives only while a change is under way,
 * so the framework's own finalizer handling is not used.
 */
@ControllerConfiguration(
    name = "databasemigration",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class MigrationReconciler implements Reconciler<DatabaseMigration> {

  /** Index of migrations by the server that their database is on. */
  public static final String BY_SERVER = "server";

  /** Index of migrations by the history table they write. */
  public static final String BY_HISTORY = "history";

  private static final Logger LOG = LoggerFactory.getLogger(MigrationReconciler.class);

  private final Observer observer;
  private final Actor actor;
  private final Clock clock;
  private final SimpleInboundEventSource<DatabaseMigration> pods =
      new SimpleInboundEventSource<>("pods");
  private volatile IndexerResourceCache<DatabaseMigration> migrations;

  public MigrationReconciler(Observer observer, Actor actor, Clock clock) {
    this.observer = observer;
    this.actor = actor;
    this.clock = clock;
    observer.pods().onChange(pods::propagateEvent);
  }

  @Override
  public List<EventSource<?, DatabaseMigration>> prepareEventSources(
      EventSourceContext<DatabaseMigration> context) {
    context
        .getPrimaryCache()
        .addIndexer(BY_HISTORY, migration -> List.of(new Spec(migration.getSpec()).historyKey()));
    context
        .getPrimaryCache()
        .addIndexer(BY_SERVER, migration -> List.of(new Spec(migration.getSpec()).server()));
    migrations = context.getPrimaryCache();
    return List.of(jobs(context), approvals(context), sources(context), pods);
  }

  /** Every migration of a database on this server, as the cache knows them. */
  public List<DatabaseMigration> onServer(String server) {
    return migrations == null ? List.of() : migrations.byIndex(BY_SERVER, server);
  }

  /** A restore of this server has ended: whoever rests looks at once, and not when it would. */
  public void wake(String server) {
    onServer(server).forEach(migration -> pods.propagateEvent(ResourceID.fromResource(migration)));
  }

  private static EventSource<?, DatabaseMigration> jobs(
      EventSourceContext<DatabaseMigration> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(Job.class, DatabaseMigration.class)
            .withName("jobs")
            .withLabelSelector(Annotations.MANAGED_BY + "=" + Annotations.WHIMBREL)
            .withSecondaryToPrimaryMapper(job ->
                Annotations.migrationOf(job)
                    .map(name -> Set.of(new ResourceID(name, namespace(job))))
                    .orElse(Set.of()))
            .withNamespacesInheritedFromController()
            .build(),
        context);
  }

  private static EventSource<?, DatabaseMigration> approvals(
      EventSourceContext<DatabaseMigration> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(MigrationApproval.class, DatabaseMigration.class)
            .withName("approvals")
            .withSecondaryToPrimaryMapper(approval ->
                approval.getSpec().migration() == null
                    ? Set.of()
                    : Set.of(new ResourceID(approval.getSpec().migration(), namespace(approval))))
            .withNamespacesInheritedFromController()
            .build(),
        context);
  }

  private static EventSource<?, DatabaseMigration> sources(
      EventSourceContext<DatabaseMigration> context) {
    return new InformerEventSource<>(
        InformerEventSourceConfiguration.from(ConfigMap.class, DatabaseMigration.class)
            .withName("sources")
            .withLabelSelector(Whimbrel.SOURCE_LABEL)
            .withSecondaryToPrimaryMapper(map ->
                context
                    .getPrimaryCache()
                    .list(
                        namespace(map),
                        migration -> configMaps(migration).contains(map.getMetadata().getName()))
                    .map(ResourceID::fromResource)
                    .collect(Collectors.toSet()))
            .<DatabaseMigration>withPrimaryToSecondaryMapper(migration ->
                configMaps(migration).stream()
                    .map(name -> new ResourceID(name, namespace(migration)))
                    .collect(Collectors.toSet()))
            .withNamespacesInheritedFromController()
            .build(),
        context);
  }

  private static List<String> configMaps(DatabaseMigration migration) {
    return migration.getSpec().source().configMaps();
  }

  private static String namespace(io.fabric8.kubernetes.api.model.HasMetadata object) {
    return object.getMetadata().getNamespace();
  }

  @Override
  public UpdateControl<DatabaseMigration> reconcile(
      DatabaseMigration migration, Context<DatabaseMigration> context) {
    LiveCluster cluster = new LiveCluster(migration, context, observer, actor);
    try {
      return new Reconciliation(cluster, clock)
          .run()
          .map(this::comeBack)
          .orElseGet(UpdateControl::noUpdate);
    } catch (Reconciliation.Conflict e) {
      // Somebody else wrote: whatever they wrote is observed next time.
      LOG.debug("conflict, observing again: {}", e.getMessage());
      return UpdateControl.<DatabaseMigration>noUpdate().rescheduleAfter(jitter());
    }
  }

  private UpdateControl<DatabaseMigration> comeBack(Instant wakeAt) {
    Duration wait = Duration.between(clock.instant(), wakeAt);
    return UpdateControl.<DatabaseMigration>noUpdate()
        .rescheduleAfter(wait.isNegative() ? Duration.ZERO : wait);
  }

  private static Duration jitter() {
    return Duration.ofMillis(50 + ThreadLocalRandom.current().nextInt(200));
  }

  @Override
  public ErrorStatusUpdateControl<DatabaseMigration> updateErrorStatus(
      DatabaseMigration migration, Context<DatabaseMigration> context, Exception e) {
    // The framework retries with backoff; nothing is claimed about the run.
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
