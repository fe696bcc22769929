package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** Why a step did not end cleanly. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RunCause(
    @JsonPropertyDescription(
            "Permanent, Transient, Unclear (the history may not tell all of it) or Unknown.")
        String kind,
    @JsonPropertyDescription("One word in CamelCase.") String reason,
    @JsonPropertyDescription("What happened.") String message,
    @JsonPropertyDescription("SQLSTATE of PostgreSQL, where it was the database that refused.")
        String sqlState) {}
