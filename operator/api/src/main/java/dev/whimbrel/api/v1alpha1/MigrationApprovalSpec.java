package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A decision about one plan or one run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "self == oldSelf",
    message = "a MigrationApproval is immutable; create another one")
@ValidationRule(
    value = "has(self.migration) != has(self.restore)",
    message = "exactly one of spec.migration and spec.restore must be set")
@ValidationRule(
    value = "!has(self.restore) || self.decision != 'Abort'",
    message = "a restore cannot be aborted: Cloud SQL does not cancel it")
@ValidationRule(
    value = "has(self.plan) != has(self.run)",
    message = "exactly one of spec.plan and spec.run must be set")
@ValidationRule(
    value = "has(self.plan) == (self.decision in ['Approve', 'Reject'])",
    message =
        "decisions Approve and Reject are about spec.plan, Acknowledge and Abort about spec.run")
public record MigrationApprovalSpec(
    @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "Name of the DatabaseMigration that is decided about; absent where it is a restore.")
        String migration,
    @Size(min = 1, max = 253)
        @JsonPropertyDescription("Name of the DatabaseRestore that is decided about.")
        String restore,
    @Required
        @Pattern("^(Approve|Reject|Acknowledge|Abort)$")
        @JsonPropertyDescription("Approve or Reject a plan; Acknowledge or Abort a run.")
        String decision,
    @JsonPropertyDescription("The plan that is approved or rejected.") ApprovedPlan plan,
    @Size(min = 1, max = 140)
        @JsonPropertyDescription(
            "The run that is acknowledged or aborted: uid of the migration, a slash, and"
                + " status.run.id; of a restore its uid alone.")
        String run,
    @Size(max = 1024) @JsonPropertyDescription("Why, for the record.") String reason,
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            "Name of the user who decides. Shown as unverified: RBAC decides who may create"
                + " approvals.")
        String approver) {

  /** A decision about a migration. */
  public MigrationApprovalSpec(
      String migration,
      String decision,
      ApprovedPlan plan,
      String run,
      String reason,
      String approver) {
    this(migration, null, decision, plan, run, reason, approver);
  }
}
