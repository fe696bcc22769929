package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What the operator answers. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseMigrationStatus(
    @JsonPropertyDescription("The generation of the spec that this status is about.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Where the run stands: Planning, BackingUp, AwaitingApproval, Migrating, Verifying,"
                + " Recovering, RollingBack, Succeeded, Failed, Rejected, RolledBack or"
                + " Unresolved.")
        String phase,
    @JsonPropertyDescription("What happened, and what to do next.") String message,
    @JsonPropertyDescription("The revision the database was at when it was last read.")
        String currentRevision,
    @JsonPropertyDescription("The plan of this run.") PlanReference plan,
    @JsonPropertyDescription("The backup of this run.") BackupStatus backup,
    @JsonPropertyDescription("The run itself.") RunStatus run,
    @JsonPropertyDescription(
            "Ready, Reconciling, Stalled, Planned, BackedUp, Approved, Migrated, Verified; and"
                + " RolloutVerified where that was asked for.")
        List<Condition> conditions,
    @JsonPropertyDescription("The last runs, newest first, at most 10.") List<RunSummary> history,
    @JsonPropertyDescription("The last value of annotation whimbrel.dev/retry that started a run.")
        String lastHandledRetry,
    @JsonPropertyDescription(
            "Hash of a plan that must not be carried out again by itself, after a rollback or"
                + " restore.")
        String hold,
    @JsonPropertyDescription("Digest of the labelled ConfigMaps that the run was planned from.")
        String sourceDigest,
    @JsonPropertyDescription("What there was to go back to before the first statement of the run.")
        RestorePoint restorePoint,
    @JsonPropertyDescription("What was last verified: hash of revision and verify spec.")
        String verified,
    @JsonPropertyDescription(
            "The verification of the rollout, which annotation whimbrel.dev/verify-rollout asks"
                + " for.")
        RolloutStatus rollout,
    @JsonPropertyDescription(
            "UID of the last DatabaseRestore of the instance that this status has taken notice of.")
        String restored,
    @JsonPropertyDescription(
            "What each check of the run's verification found, or of what has to be right before a"
                + " plan, where the run had no plan: those"
                + " that do not hold first, at most 20. With a plan, status.checks of the"
                + " MigrationPlan says it.")
        List<CheckResult> checks,
    @JsonPropertyDescription(
            "The traffic split of the service in spec.rollback.cloudRun as the last migrate step"
                + " found it, right before its first statement.")
        TrafficStatus traffic,
    @JsonPropertyDescription(
            "What came of putting that split back, the last time; annotation"
                + " whimbrel.dev/restore-traffic asks for it.")
        TrafficRestore trafficRestore) {

  /** Lists and maps are never null. */
  public DatabaseMigrationStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
    history = history == null ? List.of() : List.copyOf(history);
    checks = checks == null ? List.of() : List.copyOf(checks);
  }

  /** A status of a migration without a Cloud Run service. */
  public DatabaseMigrationStatus(
      Long observedGeneration,
      String phase,
      String message,
      String currentRevision,
      PlanReference plan,
      BackupStatus backup,
      RunStatus run,
      List<Condition> conditions,
      List<RunSummary> history,
      String lastHandledRetry,
      String hold,
      String sourceDigest,
      RestorePoint restorePoint,
      String verified,
      RolloutStatus rollout,
      String restored,
      List<CheckResult> checks) {
    this(
        observedGeneration,
        phase,
        message,
        currentRevision,
        plan,
        backup,
        run,
        conditions,
        history,
        lastHandledRetry,
        hold,
        sourceDigest,
        restorePoint,
        verified,
        rollout,
        restored,
        checks,
        null,
        null);
  }

  /** A status of a migration whose instance was never restored. */
  public DatabaseMigrationStatus(
      Long observedGeneration,
      String phase,
      String message,
      String currentRevision,
      PlanReference plan,
      BackupStatus backup,
      RunStatus run,
      List<Condition> conditions,
      List<RunSummary> history,
      String lastHandledRetry,
      String hold,
      String sourceDigest,
      RestorePoint restorePoint,
      String verified,
      RolloutStatus rollout) {
    this(
        observedGeneration,
        phase,
        message,
        currentRevision,
        plan,
        backup,
        run,
        conditions,
        history,
        lastHandledRetry,
        hold,
        sourceDigest,
        restorePoint,
        verified,
        rollout,
        null,
        List.of());
  }

  /** A status of a migration whose rollout was never verified. */
  public DatabaseMigrationStatus(
      Long observedGeneration,
      String phase,
      String message,
      String currentRevision,
      PlanReference plan,
      BackupStatus backup,
      RunStatus run,
      List<Condition> conditions,
      List<RunSummary> history,
      String lastHandledRetry,
      String hold,
      String sourceDigest,
      RestorePoint restorePoint,
      String verified) {
    this(
        observedGeneration,
        phase,
        message,
        currentRevision,
        plan,
        backup,
        run,
        conditions,
        history,
        lastHandledRetry,
        hold,
        sourceDigest,
        restorePoint,
        verified,
        null);
  }
}
