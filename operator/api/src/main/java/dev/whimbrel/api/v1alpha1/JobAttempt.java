package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The Job that is under way, or was last. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record JobAttempt(
    @JsonPropertyDescription("Number of the Job; no number is used twice.") Integer number,
    @JsonPropertyDescription(
            "How many Jobs of the step went before it, because they failed or did not see its end.")
        Integer retries,
    @JsonPropertyDescription("What it does: plan, restore or verify.") String step,
    @JsonPropertyDescription("The Job; absent between two.") JobReference job,
    @JsonPropertyDescription("If the Job has no running pod by then it is deleted, UTC.")
        String startBy,
    @JsonPropertyDescription("If the Job has not ended by then it is given up, UTC.") String endBy,
    @JsonPropertyDescription("When the next Job is due, UTC.") String retryAt) {}
