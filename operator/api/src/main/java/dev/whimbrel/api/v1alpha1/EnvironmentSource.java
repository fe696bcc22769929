package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** All keys of a Secret or ConfigMap as variables: a union with exactly one member. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "[has(self.secretRef), has(self.configMapRef)].exists_one(x, x)",
    message = "exactly one of envFrom.secretRef and envFrom.configMapRef must be set")
public record EnvironmentSource(
    @Size(max = 63)
        @Pattern("^[A-Za-z_][A-Za-z0-9_]*$")
        @JsonPropertyDescription("Put before every key.")
        String prefix,
    @JsonPropertyDescription("A Secret in the same namespace.") NameReference secretRef,
    @JsonPropertyDescription("A ConfigMap in the same namespace.") NameReference configMapRef) {}
