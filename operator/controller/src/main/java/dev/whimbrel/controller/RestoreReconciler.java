package dev.whimbrel.controller;

import dev.whimbrel.api.v1alpha1.DatabaseRestore;
import dev.whimbrel.api.v1alpha1.MigrationApproval;
import dev.whimbrel.controller.act.RestoreActor;
import dev.whimbrel.controller.observe.RestoreObserver;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.restore.RestoreDecision;
import dev.whimbrel.engine.restore.RestoreEngine;
import dev.whimbrel.engine.restore.RestoreWorld;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one pass per event of a restore, in the same order as for a migration: observe, decide,
 * persist, act.
 */
@ControllerConfiguration(
    name = "databaserestore",
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class RestoreReconciler implements Reconciler<DatabaseRestore> {

  private static final Logger LOG = LoggerFactory.getLogger(RestoreReconciler.class);

  /** A pass that never settles would starve the others; the next wake-up goes on. */
  private static final int LONGEST_PASS = 15;

  private final RestoreObserver observer;
  private final RestoreActor actor;
  private final Consumer<String> onReleased;
  private final Clock clock;

  /**
   * A reconciler.
   *
   * @param onReleased hears of each server whose Lease was given back
   */
  public RestoreReconciler(
      RestoreObserver observer, RestoreActor actor, Consumer<String> onReleased, Clock clock) {
    this.observer = observer;
    this.actor = actor;
    this.onReleased = onReleased;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, DatabaseRestore>> prepareEventSources(
      EventSourceContext<DatabaseRestore> context) {
    return List.of(
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Job.class, DatabaseRestore.class)
                .withName("jobs")
                .withLabelSelector(dev.whimbrel.api.v1alpha1.Whimbrel.RESTORE_LABEL)
                .withSecondaryToPrimaryMapper(job ->
                    Annotations.restoreOf(job)
                        .map(name -> Set.of(new ResourceID(name, namespace(job))))
                        .orElse(Set.of()))
                .withNamespacesInheritedFromController()
                .build(),
            context),
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(MigrationApproval.class, DatabaseRestore.class)
                .withName("approvals")
                .withSecondaryToPrimaryMapper(approval ->
                    approval.getSpec().restore() == null
                        ? Set.of()
                        : Set.of(new ResourceID(approval.getSpec().restore(), namespace(approval))))
                .withNamespacesInheritedFromController()
                .build(),
            context));
  }

  @Override
  public UpdateControl<DatabaseRestore> reconcile(
      DatabaseRestore cached, Context<DatabaseRestore> context) {
    Optional<Instant> wakeAt = Optional.of(clock.instant());
    for (int step = 0; step < LONGEST_PASS; step++) {
      Optional<DatabaseRestore> live = observer.restore(cached);
      if (live.isEmpty()) {
        return UpdateControl.noUpdate();
      }
      RestoreWorld world = observer.world(live.get(), context);
      RestoreDecision decision = RestoreEngine.decide(world, clock.instant());
      Optional<DatabaseRestore> written = persist(world.restore(), decision, context);
      if (written.isEmpty()) {
        return UpdateControl.<DatabaseRestore>noUpdate().rescheduleAfter(Duration.ofMillis(100));
      }
      decision.effects().forEach(effect -> act(written.get(), world, effect));
      wakeAt = decision.wakeAt();
      if (!decision.again()) {
        break;
      }
    }
    return wakeAt.map(this::comeBack).orElseGet(UpdateControl::noUpdate);
  }

  /** Empty where somebody else wrote in between: whatever they wrote is observed next time. */
  private static Optional<DatabaseRestore> persist(
      DatabaseRestore observed, RestoreDecision decision, Context<DatabaseRestore> context) {
    if (decision.status().equals(observed.getStatus())) {
      return Optional.of(observed);
    }
    DatabaseRestore intended = new DatabaseRestore();
    intended.setMetadata(observed.getMetadata());
    intended.setSpec(observed.getSpec());
    intended.setStatus(decision.status());
    try {
      DatabaseRestore written =
          context
              .getClient()
              .resource(intended)
              .lockResourceVersion(observed.getMetadata().getResourceVersion())
              .updateStatus();
      LOG.debug("phase {}", decision.status().phase());
      return Optional.of(written);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
          || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void act(DatabaseRestore restore, RestoreWorld world, Effect effect) {
    actor.act(restore, world, effect);
    if (effect instanceof Effect.ReleaseLease) {
      onReleased.accept(restore.getStatus().instance());
    }
  }

  private UpdateControl<DatabaseRestore> comeBack(Instant wakeAt) {
    Duration wait = Duration.between(clock.instant(), wakeAt);
    return UpdateControl.<DatabaseRestore>noUpdate()
        .rescheduleAfter(wait.isNegative() ? Duration.ZERO : wait);
  }

  private static String namespace(HasMetadata object) {
    return object.getMetadata().getNamespace();
  }

  @Override
  public ErrorStatusUpdateControl<DatabaseRestore> updateErrorStatus(
      DatabaseRestore restore, Context<DatabaseRestore> context, Exception e) {
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }
}
