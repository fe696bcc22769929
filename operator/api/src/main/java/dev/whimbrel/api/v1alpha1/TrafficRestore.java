package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What came of putting the traffic of the Cloud Run service back, the last time. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TrafficRestore(
    @JsonPropertyDescription(
            "The value of annotation whimbrel.dev/restore-traffic that asked for it; absent where a"
                + " rollback did.")
        String trigger,
    @JsonPropertyDescription(
            "Running; Restored; Unchanged, where the recorded split still served; or Failed.")
        String state,
    @JsonPropertyDescription("Its Job, where it has one of its own.") JobReference job,
    @JsonPropertyDescription("When the Job has to be over, UTC.") String endBy,
    @JsonPropertyDescription("When its end was recorded, UTC.") String endedAt,
    @JsonPropertyDescription("What was done, and how it is undone.") String message) {}
