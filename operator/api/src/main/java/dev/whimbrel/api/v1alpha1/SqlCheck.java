package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One read-only query that must return true. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SqlCheck(
    @Required @Size(min = 1, max = 100) @JsonPropertyDescription("What is checked, in words.")
        String name,
    @Required
        @Size(min = 1, max = 4096)
        @JsonPropertyDescription("One SELECT whose only row and column is true.")
        String query) {}
