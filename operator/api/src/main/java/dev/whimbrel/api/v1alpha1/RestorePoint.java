package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What there was to go back to just before the first statement of a run. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestorePoint(
    @JsonPropertyDescription(
            "UTC time just before the first statement, by the database's clock: the point to"
                + " recover to. Of a Job that was lost before it could say so, when it was"
                + " created.")
        String time,
    @JsonPropertyDescription("The Cloud SQL instance, as project:region:instance.") String instance,
    @JsonPropertyDescription(
            "Id of the backup that the run had by then: what a DatabaseRestore puts back.")
        String backup,
    @JsonPropertyDescription(
            "Whether the instance had point-in-time recovery on. Where it is off, the backup is all"
                + " there is, and what was written after it started is lost by a restore.")
        Boolean pointInTimeRecovery,
    @JsonPropertyDescription(
            "UTC time that a clone to a point in time reached by then. It moves on by itself, and"
                + " passes the time above within minutes.")
        String latestRecoveryTime) {}
