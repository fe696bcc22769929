package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How many have to agree to a restore, and until when. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RestoreApproval(
    @Default("1")
        @Min(1)
        @Max(5)
        @JsonPropertyDescription("How many different people have to approve.")
        Integer count,
    @Default("4h")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('1m')",
            message = "spec.approval.expiresAfter must be at least 1m")
        @JsonPropertyDescription(
            "A plan that has waited longer than this is rejected: what it says would be lost is"
                + " then no longer all that would be.")
        String expiresAfter) {}
