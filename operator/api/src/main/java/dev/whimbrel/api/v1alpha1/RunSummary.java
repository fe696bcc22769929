package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How a run ended. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunSummary(
    @JsonPropertyDescription("The run.") String id,
    @JsonPropertyDescription("Phase in which it came to rest.") String phase,
    @JsonPropertyDescription("Reason of its end.") String reason,
    @JsonPropertyDescription("Name of its plan.") String plan,
    @JsonPropertyDescription("Revision before.") String from,
    @JsonPropertyDescription("Revision at the end.") String to,
    @JsonPropertyDescription("Id of its backup.") String backup,
    @JsonPropertyDescription("When it started, UTC.") String startedAt,
    @JsonPropertyDescription("When it came to rest, UTC.") String endedAt) {}
