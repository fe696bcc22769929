package dev.whimbrel.engine.restore;

import dev.whimbrel.api.v1alpha1.BackupStatus;
import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.MigrationPlan;
import dev.whimbrel.api.v1alpha1.MigrationPlanSpec;
import dev.whimbrel.api.v1alpha1.MigrationPlanStatus;
import dev.whimbrel.api.v1alpha1.PlanReference;
import dev.whimbrel.api.v1alpha1.PlannedRestore;
import dev.whimbrel.engine.Effect;
import dev.whimbrel.engine.restore.RestoreAttempts.Attempt;
import dev.whimbrel.protocol.Names;
import dev.whimbrel.protocol.Outcome;
import dev.whimbrel.protocol.RunnerResult;
import dev.whimbrel.protocol.Step;
import java.util.Optional;

/** Planning. Read-only; ends with a MigrationPlan, or with why there can be none. */
final class RestorePlanningPhase {

  /** Job failures that may pass. */
  private static final int RETRIES = 4;

  private RestorePlanningPhase() {}

  static RestoreDraft decide(RestoreDraft draft) {
    if (draft.plan != null) {
      return recorded(draft);
    }
    if (draft.backup == null) {
      Optional<RestoreDraft> none = target(draft);
      if (none.isPresent()) {
        return none.get();
      }
      RestoreAttempts.begin(draft, Step.PLAN);
    }
    return switch (RestoreAttempts.look(draft)) {
      case Attempt.Pending pending -> draft;
      case Attempt.Silent(String reason, String message) -> failed(draft, false, reason, message);
      case Attempt.Answered answered -> answered(draft, answered);
    };
  }

  /** Which instance and which backup; or the end, where there is none. */
  private static Optional<RestoreDraft> target(RestoreDraft draft) {
    Optional<CloudSqlDatabase> database =
        draft.world.migration().map(migration -> migration.getSpec().database().cloudSQL());
    if (database.isEmpty()) {
      return Optional.of(
          draft.rest(
              RestorePhase.FAILED,
              "NoInstance",
              draft.world.migration().isEmpty()
                  ? "There is no DatabaseMigration "
                      + draft.spec.migration()
                      + " in this namespace: name one whose database is on the instance"
                  : "DatabaseMigration "
                      + draft.spec.migration()
                      + " is not on Cloud SQL: restore its database with the tools of its server"));
    }
    draft.instance = database.get().instance();
    String id = draft.spec.backup().id();
    if (id == null) {
      id =
          draft
              .world
              .source()
              .map(MigrationPlan::getStatus)
              .map(MigrationPlanStatus::backup)
              .orElse(null);
    }
    if (id == null) {
      return Optional.of(
          draft.rest(
              RestorePhase.FAILED,
              "BackupNotFound",
              "MigrationPlan "
                  + draft.spec.backup().plan()
                  + " names no backup in its status: set spec.backup.id, which gcloud sql backups"
                  + " list shows"));
    }
    draft.backup = new BackupStatus(null, null, id, null, null, null, null);
    return Optional.empty();
  }

  private static RestoreDraft answered(RestoreDraft draft, Attempt.Answered answered) {
    RunnerResult result = answered.result();
    if (result.outcome() == Outcome.FAILED) {
      return failed(
          draft, result.kind() == RunnerResult.Kind.PERMANENT, result.reason(), result.message());
    }
    return answered
        .job()
        .document()
        .filter(document -> document.restore() != null)
        .map(document -> record(draft, document))
        .orElseGet(() ->
            failed(
                draft,
                false,
                "PlanUnreadable",
                "the log of Job "
                    + draft.job.name()
                    + " does not hold the plan that its result describes"));
  }

  private static RestoreDraft failed(
      RestoreDraft draft, boolean permanent, String reason, String message) {
    return permanent || draft.retries >= RETRIES
        ? draft.rest(RestorePhase.FAILED, reason, message + ". Nothing was restored")
        : RestoreAttempts.again(draft, reason, message);
  }

  private static RestoreDraft record(RestoreDraft draft, MigrationPlanSpec document) {
    Long generation = draft.restore().getMetadata().getGeneration();
    String name =
        Names.plan(
            draft.name(),
            draft.uid(),
            generation == null ? 1 : generation,
            document.hash() + "/" + draft.number);
    draft.plan =
        new PlanReference(
            name,
            null,
            document.hash(),
            document.risk(),
            document.from(),
            document.to(),
            0,
            document.online(),
            draft.now.toString(),
            null);
    PlannedRestore restore = document.restore();
    draft.operationsUntil = restore.operationsUntil();
    draft.backup =
        new BackupStatus(
            restore.backupDescription(),
            null,
            restore.backup(),
            restore.backupStartedAt(),
            restore.backupEndedAt(),
            "SUCCESSFUL",
            null);
    return create(draft, document);
  }

  private static RestoreDraft create(RestoreDraft draft, MigrationPlanSpec document) {
    return draft
        .effect(
            new Effect.CreatePlan(
                draft.plan.name(),
                document.withRestore(document.restore().withMigrations(draft.world.neighbours())),
                true))
        .lookAgain();
  }

  /** The plan is in the status; go on once the object itself is seen. */
  private static RestoreDraft recorded(RestoreDraft draft) {
    Optional<MigrationPlan> seen = draft.world.plan();
    if (seen.isPresent()) {
      draft.plan =
          draft
              .plan
              .withUid(seen.get().getMetadata().getUid())
              .withExpiresAt(draft.now.plus(draft.expiresAfter()).toString());
      draft.forgetJob();
      return draft.enter(
          RestorePhase.AWAITING_APPROVAL, "AwaitingApproval", RestoreApprovalPhase.message(draft));
    }
    if (RestoreAttempts.look(draft) instanceof Attempt.Answered answered
        && answered.job().document().isPresent()) {
      return create(draft, answered.job().document().get());
    }
    draft.plan = null;
    return RestoreAttempts.again(
        draft, "PlanLost", "the plan could not be recorded before its Job was gone");
  }
}
