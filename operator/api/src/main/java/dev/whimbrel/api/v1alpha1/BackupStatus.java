package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The backup of a run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record BackupStatus(
    @JsonPropertyDescription(
            "The description under which the backup is found again; fixed before it is requested.")
        String description,
    @JsonPropertyDescription("When it was requested, UTC.") String requestedAt,
    @JsonPropertyDescription("Id of the backup run.") String id,
    @JsonPropertyDescription("When the backup started, UTC: what it contains at least.")
        String startedAt,
    @JsonPropertyDescription("When the backup was complete, UTC.") String endedAt,
    @JsonPropertyDescription("SUCCESSFUL once it was seen in the list of backups.") String state,
    @JsonPropertyDescription("How old it may be when the migration starts.") String maxAge) {}
