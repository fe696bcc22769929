package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How the operator judged the decision. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record MigrationApprovalStatus(
    @JsonPropertyDescription("Accepted or Refused.") String result,
    @JsonPropertyDescription("One word in CamelCase.") String reason,
    @JsonPropertyDescription("Why.") String message,
    @JsonPropertyDescription("When, UTC.") String judgedAt) {}
