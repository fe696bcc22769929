package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** One attempt to take the database to the target. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunStatus(
    @JsonPropertyDescription("generation-ordinal, for example 4-1.") String id,
    @JsonPropertyDescription("Number of the Job within the run; no number is used twice.")
        Integer attempt,
    @JsonPropertyDescription("Transient failures so far that count against spec.run.retries.")
        Integer failures,
    @JsonPropertyDescription("Stale results in a row; two end the run.") Integer stale,
    @JsonPropertyDescription(
            "The step that is under way: inspect, plan, backup, migrate, verify or rollback.")
        String step,
    @JsonPropertyDescription("The Job of the step.") JobReference job,
    @JsonPropertyDescription("If the Job has no running pod by then it is deleted, UTC.")
        String startBy,
    @JsonPropertyDescription("If the Job has not ended by then the database is inspected, UTC.")
        String endBy,
    @JsonPropertyDescription("When the run started, UTC.") String startedAt,
    @JsonPropertyDescription("When the next Job is due, UTC.") String retryAt,
    @JsonPropertyDescription(
            "Name of the Lease that the run holds, in the namespace of the operator.")
        String lease,
    @JsonPropertyDescription(
            "Whether a Job that may change the database was dispatched and its end is not"
                + " recorded.")
        Boolean dispatched,
    @JsonPropertyDescription("Whether the Job under way plans, migrates and verifies in one pod.")
        Boolean shared,
    @JsonPropertyDescription("Why the migrate step did not end cleanly.") RunCause cause,
    @JsonPropertyDescription("Why the rollback step did not end cleanly.") RunCause rollback,
    @JsonPropertyDescription(
            "The partly carried out plan of this run whose unexecuted rest is planned.")
        PlanReference continues,
    @JsonPropertyDescription(
            "Holder whose Lease may be taken over, because it is at rest and the database was"
                + " inspected.")
        String takeover,
    @JsonPropertyDescription("Hash of the spec that the run was started for, without suspend.")
        String spec,
    @JsonPropertyDescription("How often something was waited for in a row: paces the next try.")
        Integer waits) {}
