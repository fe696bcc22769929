package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.controller.Annotations;
import dev.whimbrel.controller.PlanContent;
import dev.whimbrel.engine.Effect;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes plans: once, and afterwards only their owner and what became of them. */
final class PlanWriter {

  private final KubernetesClient client;

  PlanWriter(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Creates it once.
   *
   * @param owner the migration or the restore that it was made for
   */
  void create(HasMetadata owner, String name, MigrationPlanSpec spec, boolean owned) {
    String namespace = owner.getMetadata().getNamespace();
    MigrationPlan plan = new MigrationPlan();
    plan.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(namespace)
            .withLabels(Annotations.labels(owner))
            .addToLabels(Annotations.CONTENT, PlanContent.digest(spec))
            .withAnnotations(new HashMap<>(Annotations.annotations(owner)))
            .withOwnerReferences(owned ? List.of(Annotations.owner(owner)) : List.of())
            .build());
    plan.setSpec(spec);
    try {
      pending(client.resource(plan).create());
    } catch (KubernetesClientException e) {
      // The name covers run, content and catalog: it is this very plan.
      Actor.tolerate(e, HttpURLConnection.HTTP_CONFLICT);
      Optional.ofNullable(resource(namespace, name).get())
          .filter(there -> there.getStatus() == null)
          .ifPresent(this::pending);
    }
  }

  /** Unless somebody has written since: what they know is newer. */
  private void pending(MigrationPlan plan) {
    try {
      resource(plan.getMetadata().getNamespace(), plan.getMetadata().getName())
          .subresource("status")
          .patch(
              MergePatch.CONTEXT,
              MergePatch.of(
                  Map.of(
                      "metadata",
                      Map.of("resourceVersion", plan.getMetadata().getResourceVersion()),
                      "status",
                      Map.of("state", "Pending"))));
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }

  void detach(String namespace, String name) {
    try {
      resource(namespace, name).patch(MergePatch.CONTEXT, MergePatch.noOwner());
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }

  void record(DatabaseMigration migration, Effect.RecordPlan record) {
    DatabaseMigrationStatus status = migration.getStatus();
    record(
        migration.getMetadata().getNamespace(),
        record,
        status.backup() == null ? null : status.backup().id(),
        status.currentRevision());
  }

  /**
   * Writes what became of a plan.
   *
   * @param backup that it was carried out with, or that it put back
   * @param revision that the database is at, for a plan whose end it is
   */
  void record(String namespace, Effect.RecordPlan record, String backup, String revision) {
    String name = record.name();
    String state = record.state();
    MigrationPlan plan = resource(namespace, name).get();
    if (plan == null) {
      return;
    }
    MigrationPlanStatus before = plan.getStatus();
    String now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    boolean dispatched = "Dispatched".equals(state);
    if (dispatched && before != null && before.endedAt() != null) {
      // By a leader that was held up: the end that another has recorded stays.
      return;
    }
    Map<String, Object> next = new TreeMap<>();
    next.put("state", state);
    next.put("message", record.message());
    boolean open = dispatched || "Pending".equals(state);
    next.put("dispatchedAt", dispatched ? now : before == null ? null : before.dispatchedAt());
    next.put("endedAt", open ? null : now);
    next.put("backup", backup);
    if (!record.checks().isEmpty()) {
      next.put("checks", record.checks());
    }
    if (!record.checklist().isEmpty()) {
      next.put("checklist", record.checklist());
    }
    next.put("currentRevision", open ? null : revision);
    resource(namespace, name)
        .subresource("status")
        .patch(MergePatch.CONTEXT, MergePatch.of(Map.of("status", next)));
  }

  /**
   * Writes nothing but the checklist.
   *
   * @param observed the plan that it was answered from; if it was written since, this throws, and
   *     the next pass answers from what is newer
   */
  void answer(MigrationPlan observed, List<ChecklistItem> items) {
    try {
      resource(observed.getMetadata().getNamespace(), observed.getMetadata().getName())
          .subresource("status")
          .patch(
              MergePatch.CONTEXT,
              MergePatch.of(
                  Map.of(
                      "metadata",
                      Map.of("resourceVersion", observed.getMetadata().getResourceVersion()),
                      "status",
                      Map.of("checklist", items))));
    } catch (KubernetesClientException e) {
      Actor.tolerate(e, HttpURLConnection.HTTP_NOT_FOUND);
    }
  }

  private Resource<MigrationPlan> resource(String namespace, String name) {
    return client.resources(MigrationPlan.class).inNamespace(namespace).withName(name);
  }
}
