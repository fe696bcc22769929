package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How plans are made. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record PlanSettings(
    @JsonPropertyDescription(
            "The pending SQL is run on a throw-away server with the structure of the database, and"
                + " the plan says what each statement locked, rewrote and built there. Without it"
                + " nothing is traced.")
        TraceSettings trace) {}
