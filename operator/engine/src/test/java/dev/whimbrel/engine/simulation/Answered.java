package dev.whimbrel.engine.simulation;

import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.engine.Spec;
import dev.whimbrel.engine.checklist.Checklist;
import dev.whimbrel.engine.simulation.Weaknesses.Weakness;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds what the checklists of plans say against what is so. */
final class Answered {

  private final SimulatedWorld world;

  Answered(SimulatedWorld world) {
    this.world = world;
  }

  /** A plan was written on behalf of this migration, as its writer knew it. */
  void written(DatabaseMigration migration, MigrationPlan plan) {
    Set<String> yes = new HashSet<>();
    plan.getStatus().checklist().stream()
        .filter(item -> item.answer().equals(ChecklistItem.YES))
        .forEach(item -> yes.add(item.item()));
    yes.forEach(item -> world.happened("answer:" + item));
    String run = plan.getSpec().migration().uid() + "/" + plan.getSpec().run();
    String table = new Spec(migration.getSpec()).table();
    boolean in =
        plan.getSpec().recorded().stream()
            .allMatch(revision -> world.database.isIn(table, revision.script()));
    require(yes, "backup taken and verified", world.instance.isOf(run), plan);
    require(yes, "approved by a person", isApproved(plan), plan);
    require(yes, "all revisions carried out", in, plan);
    require(yes, "database at the target revision", in, plan);
    require(yes, "indexes valid", isVerified(run, false), plan);
    require(yes, "queries hold", isVerified(run, false), plan);
    require(yes, "rollout of the application verified", isVerified(run, true), plan);
    boolean begun = world.begun.contains(run + " " + plan.getSpec().hash());
    require(yes, "blocked sessions within the limit", begun, plan);
    boolean rehearsed = world.rehearsed.contains(run + " " + plan.getSpec().hash());
    require(yes, "rollback tested", rehearsed, plan);
    boolean read = world.service.isRead(run);
    require(yes, "way back of the application recorded", read, plan);
    List.of("no rows lost", "application healthy", "backup still listed")
        .forEach(item -> require(yes, item, false, plan));
  }

  private void require(Set<String> yes, String item, boolean isSo, MigrationPlan plan) {
    // An operator with a weakness of another kind has to break the invariant that it is about.
    boolean counts =
        world.weaknesses().isEmpty() || world.weaknesses().has(Weakness.UNKNOWN_TAKEN_FOR_YES);
    Invariant.ANSWERED.require(
        !counts || !yes.contains(item) || isSo,
        () -> text(plan) + " (" + plan.getStatus().state() + ") says Yes to: " + item);
  }

  private boolean isVerified(String run, boolean rollout) {
    return world.database.verifications.stream()
        .anyMatch(v ->
            v.holds() && v.job().runUid().equals(run) && v.job().rollout.isPresent() == rollout);
  }

  private boolean isApproved(MigrationPlan plan) {
    return plan.getSpec().continues() != null
        || world.checks.accepted(reference(plan)).stream()
            .anyMatch(approval -> approval.getSpec().decision().equals("Approve"));
  }

  private static PlanReference reference(MigrationPlan plan) {
    return new PlanReference(
        plan.getMetadata().getName(),
        plan.getMetadata().getUid(),
        plan.getSpec().hash(),
        plan.getSpec().risk(),
        plan.getSpec().from(),
        plan.getSpec().to(),
        plan.getSpec().recorded().size(),
        plan.getSpec().online(),
        null,
        null);
  }

  /** What had to be known before or during the deployment is known, one way or another. */
  void atRest(DatabaseMigration migration) {
    Optional.ofNullable(migration.getStatus().plan())
        .flatMap(this::object)
        .ifPresent(plan -> {
          List<ChecklistItem> items = plan.getStatus().checklist();
          Invariant.ANSWERED.require(
              !items.isEmpty()
                  && items.stream()
                      .filter(item -> !item.stage().equals(Checklist.AFTER))
                      .noneMatch(item -> item.answer().equals(ChecklistItem.PENDING)),
              () -> text(plan) + " is at rest and says " + items);
        });
  }

  /** The very object, not one that was made again under its name. */
  private Optional<MigrationPlan> object(PlanReference reference) {
    return Optional.ofNullable(world.api.plans.get(reference.name()))
        .filter(plan -> plan.getMetadata().getUid().equals(reference.uid()));
  }

  private static String text(MigrationPlan plan) {
    return "plan " + plan.getMetadata().getName();
  }
}
