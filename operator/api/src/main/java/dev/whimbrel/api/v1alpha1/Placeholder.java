package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** A value for a placeholder of the scripts. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Placeholder(
    @Required
        @Size(min = 1, max = 63)
        @Pattern("^[A-Za-z_][A-Za-z0-9_.-]*$")
        @ValidationRule(
            value = "!self.startsWith('flyway:')",
            message = "placeholders that begin with flyway: are Flyway's own")
        @JsonPropertyDescription("Name, as in ${name}.")
        String name,
    @Required @Size(max = 1024) @JsonPropertyDescription("The value, literally.") String value) {}
