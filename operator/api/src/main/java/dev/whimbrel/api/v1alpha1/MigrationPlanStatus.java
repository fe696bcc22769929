package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What became of the plan. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationPlanStatus(
    @JsonPropertyDescription(
            "Pending, Dispatched, Applied, RolledBack, Superseded, Rejected, Expired, Failed or"
                + " Unresolved.")
        String state,
    @JsonPropertyDescription("What happened.") String message,
    @JsonPropertyDescription("When the migrate Job was dispatched, UTC.") String dispatchedAt,
    @JsonPropertyDescription("When its end was recorded, UTC.") String endedAt,
    @JsonPropertyDescription("Names of the accepted approvals.") List<String> approvals,
    @JsonPropertyDescription("Id of the backup it was carried out with.") String backup,
    @JsonPropertyDescription("Revision at the end.") String currentRevision,
    @JsonPropertyDescription("What each check of the verification found.") List<CheckResult> checks,
    @JsonPropertyDescription(
            "The checklist of the deployment, answered item by item from what is recorded.")
        List<ChecklistItem> checklist) {

  /** Lists and maps are never null. */
  public MigrationPlanStatus {
    approvals = approvals == null ? List.of() : List.copyOf(approvals);
    checks = checks == null ? List.of() : List.copyOf(checks);
    checklist = checklist == null ? List.of() : List.copyOf(checklist);
  }
}
