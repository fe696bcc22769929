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

/** By how much answers may become slower: too slow is what exceeds the ratio and the floor. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record LatencyCheck(
    @Default("2")
        @Size(max = 6)
        @Pattern("^[1-9][0-9]{0,2}([.][0-9]{1,2})?$")
        @JsonPropertyDescription(
            "How many times the median of before the median of after may be, as a string like"
                + " \"1.5\".")
        String maxRatio,
    @Default("50ms")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) <= duration('60s')",
            message = "spec.verify.http[].latency.floor must be at most 60s")
        @JsonPropertyDescription("A difference below this is never too slow, whatever the ratio.")
        String floor,
    @Default("20")
        @Min(20)
        @Max(200)
        @JsonPropertyDescription("Requests to measure on each side, after a warm-up.")
        Integer samples,
    @Default("Warn")
        @Pattern("^(Warn|Fail)$")
        @JsonPropertyDescription("Whether too slow is a warning or fails the verification.")
        String onExceed) {}
