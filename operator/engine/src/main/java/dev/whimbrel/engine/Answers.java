package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CheckResult;
import dev.whimbrel.api.v1alpha1.ChecklistItem;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationStatus;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.RunStatus;
import dev.whimbrel.engine.checklist.Asked;
import dev.whimbrel.engine.checklist.Checklist;
import dev.whimbrel.engine.checklist.Evidence;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sees to it that the checklist of the plan says what the status says. It goes with what is written
 * of the plan anyway; by itself only once there is something to wait for.
 */
final class Answers {

  private final Draft draft;
  private final DatabaseMigrationStatus decided;

  Answers(Draft draft, DatabaseMigrationStatus decided) {
    this.draft = draft;
    this.decided = decided;
  }

  /** The effects, with the answers. */
  List<Effect> complete(List<Effect> effects, boolean again) {
    MigrationPlan plan = draft.world.plan().orElse(null);
    DatabaseMigrationStatus run = plan == null ? null : naming(plan).orElse(null);
    if (run == null) {
      return effects;
    }
    String name = plan.getMetadata().getName();
    List<Effect> complete = new ArrayList<>();
    boolean written = false;
    for (Effect effect : effects) {
      if (effect instanceof Effect.RecordPlan record && record.name().equals(name)) {
        complete.add(record.with(of(plan, run, record.state(), record.checks())));
        written = true;
      } else {
        complete.add(effect);
      }
    }
    boolean passing = again && !draft.phase.resting();
    if (!written && !passing) {
      outdated(plan, run).ifPresent(complete::add);
    }
    return complete;
  }

  /** A plan that is given up is named by the status before. */
  private Optional<DatabaseMigrationStatus> naming(MigrationPlan plan) {
    return Optional.of(decided)
        .filter(status -> names(status, plan))
        .or(() -> draft.before().filter(status -> names(status, plan)));
  }

  /** Of another object of that name nothing is known: it was deleted, and made again. */
  private static boolean names(DatabaseMigrationStatus status, MigrationPlan plan) {
    PlanReference named = status.plan();
    return named != null
        && plan.getMetadata().getName().equals(named.name())
        && (named.uid() == null || plan.getMetadata().getUid().equals(named.uid()));
  }

  private Optional<Effect> outdated(MigrationPlan plan, DatabaseMigrationStatus run) {
    MigrationPlanStatus status = plan.getStatus();
    if (status == null) {
      return Optional.empty();
    }
    List<ChecklistItem> now = of(plan, run, status.state(), List.of());
    return now.equals(status.checklist())
        ? Optional.empty()
        : Optional.of(new Effect.RecordChecklist(plan.getMetadata().getName(), now));
  }

  private List<ChecklistItem> of(
      MigrationPlan plan, DatabaseMigrationStatus run, String state, List<CheckResult> checks) {
    boolean backup = draft.spec.backup().requires(Gates.risk(run.plan()));
    return Checklist.of(
        new Evidence(
            plan.getSpec(),
            state,
            Optional.ofNullable(run.backup()),
            backup
                ? Optional.empty()
                : Optional.of(ConditionSet.notRequired("backup", draft.spec.backup(), run.plan())),
            approved(run),
            run.currentRevision(),
            Optional.ofNullable(run.run()).map(RunStatus::cause),
            checks.isEmpty() ? recorded(plan) : checks,
            Optional.ofNullable(run.rollout()),
            asked(),
            rehearsedElsewhere(plan),
            draft.spec.application().map(CloudRunTarget::toString),
            Optional.ofNullable(run.traffic())
                .filter(split -> run.run() != null && split.run().equals(run.run().id()))));
  }

  /** Once it was found it stays: the plan that tells it may be pruned before this one. */
  private Optional<String> rehearsedElsewhere(MigrationPlan plan) {
    return draft
        .world
        .rehearsed()
        .map(other ->
            "plan "
                + other.plan()
                + " of DatabaseMigration "
                + other.migration()
                + " with the same revisions and ways back: "
                + other.found())
        .or(() -> Checklist.testedBefore(plan.getStatus()));
  }

  private static List<CheckResult> recorded(MigrationPlan plan) {
    return plan.getStatus() == null ? List.of() : plan.getStatus().checks();
  }

  private static Optional<Condition> approved(DatabaseMigrationStatus run) {
    return run.conditions().stream()
        .filter(condition -> ConditionSet.APPROVED.equals(condition.getType()))
        .findFirst();
  }

  private Set<Asked> asked() {
    Set<Asked> asked = EnumSet.noneOf(Asked.class);
    if (!draft.spec.checks().isEmpty()) {
      asked.add(Asked.SQL);
    }
    if (draft.spec.rowCounts().isPresent()) {
      asked.add(Asked.ROWS);
    }
    if (!draft.spec.requests().isEmpty()) {
      asked.add(Asked.HTTP);
    }
    if (draft.spec.requests().stream().anyMatch(request -> request.latency() != null)) {
      asked.add(Asked.LATENCY);
    }
    return asked;
  }
}
