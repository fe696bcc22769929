package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The plan of a run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanReference(
    @JsonPropertyDescription("Name of the MigrationPlan.") String name,
    @JsonPropertyDescription("UID of the MigrationPlan.") String uid,
    @JsonPropertyDescription("Hash of the plan: what an approval binds.") String hash,
    @JsonPropertyDescription("Low, Medium, High or Unsafe.") String risk,
    @JsonPropertyDescription("Revision before.") String from,
    @JsonPropertyDescription("Revision after.") String to,
    @JsonPropertyDescription("Number of pending revisions.") Integer revisions,
    @JsonPropertyDescription("Whether a revision runs without a transaction and may take long.")
        Boolean online,
    @JsonPropertyDescription("When the plan was made, UTC.") String plannedAt,
    @JsonPropertyDescription("When the wait for approval ends, UTC.") String expiresAt) {}
