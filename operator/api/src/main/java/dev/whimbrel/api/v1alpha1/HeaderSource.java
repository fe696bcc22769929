package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** Where the headers of a request come from. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record HeaderSource(
    @Required
        @JsonPropertyDescription(
            "A Secret in the same namespace: each key is the name of a header, its value the"
                + " header's value. The kubelet mounts it; the operator does not read it.")
        NameReference secretRef) {}
