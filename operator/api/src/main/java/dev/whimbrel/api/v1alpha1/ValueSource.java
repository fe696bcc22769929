package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;

/** Where a value comes from: a union with exactly one member. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.secretKeyRef), has(self.configMapKeyRef), has(self.secretManager)].exists_one(x,"
            + " x)",
    message =
        "exactly one of valueFrom.secretKeyRef, valueFrom.configMapKeyRef and"
            + " valueFrom.secretManager must be set")
public record ValueSource(
    @JsonPropertyDescription("A key of a Secret in the same namespace.") KeyReference secretKeyRef,
    @JsonPropertyDescription("A key of a ConfigMap in the same namespace.")
        KeyReference configMapKeyRef,
    @JsonPropertyDescription(
            "A secret of Google Secret Manager, read by the Job under its ServiceAccount; the"
                + " operator never sees it.")
        SecretManagerSecret secretManager) {}
