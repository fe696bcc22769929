package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What became of the restore. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseRestoreStatus(
    @JsonPropertyDescription("The generation of the spec that this status is about.")
        Long observedGeneration,
    @JsonPropertyDescription(
            "Planning, AwaitingApproval, Restoring, Verifying, Succeeded, Failed, Rejected or"
                + " Unresolved.")
        String phase,
    @JsonPropertyDescription("What happened, and what to do next.") String message,
    @JsonPropertyDescription("The Cloud SQL instance, as project:region:instance.") String instance,
    @JsonPropertyDescription("The backup that is put back.") BackupStatus backup,
    @JsonPropertyDescription("The plan: what will be replaced and lost.") PlanReference plan,
    @JsonPropertyDescription("The Job that is under way, or was last.") JobAttempt attempt,
    @JsonPropertyDescription(
            "When the newest operation of the instance at planning was accepted, by Cloud SQL's"
                + " clock: a restore of ours is younger.")
        String operationsUntil,
    @JsonPropertyDescription(
            "Whether Cloud SQL may have been asked, and the answer is not recorded.")
        Boolean dispatched,
    @JsonPropertyDescription("When the end of the restore was recorded, UTC.") String restoredAt,
    @JsonPropertyDescription("The revision that the database of the migration is at since.")
        String currentRevision,
    @JsonPropertyDescription("Ready, Reconciling, Stalled, Planned, Approved, Restored, Verified.")
        List<Condition> conditions) {

  /** The list is never null. */
  public DatabaseRestoreStatus {
    conditions = conditions == null ? List.of() : List.copyOf(conditions);
  }
}
