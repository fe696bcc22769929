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

/** What protects live traffic while SQL runs. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record GuardSettings(
    @Default("2s")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('100ms') && duration(self) <= duration('5m')",
            message = "spec.run.guard.lockTimeout must be between 100ms and 5m")
        @JsonPropertyDescription(
            "The longest that one statement may wait for a lock: the highest rung of a ladder of"
                + " retries. Statements with CONCURRENTLY run without it.")
        String lockTimeout,
    @Default("5")
        @Min(0)
        @Max(10000)
        @JsonPropertyDescription(
            "Stop the migration when more sessions than this wait for a lock that it holds or waits"
                + " for. 0 turns the guard off.")
        Integer maxBlockedSessions) {}
