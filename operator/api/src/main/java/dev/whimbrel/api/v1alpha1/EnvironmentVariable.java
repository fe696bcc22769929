package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * One variable of the tool's environment: a literal, a key of a Secret or ConfigMap, or a secret of
 * Google Secret Manager.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.value) && has(self.valueFrom))",
    message = "an environment variable has either value or valueFrom, not both")
public record EnvironmentVariable(
    @Required
        @Size(min = 1, max = 256)
        @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
        @JsonPropertyDescription("Name of the variable.")
        String name,
    @Size(max = 4096)
        @JsonPropertyDescription(
            "The value, literally. It is shown in the spec and bound by the plan's hash: not for"
                + " secrets.")
        String value,
    @JsonPropertyDescription("Where the value comes from.") ValueSource valueFrom) {}
