package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** How to log in to the database. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseCredentials(
    @Required
        @JsonPropertyDescription(
            "A Secret in the same namespace with user and password. The operator never reads it;"
                + " the kubelet gives it to the Jobs.")
        CredentialsSecretRef secretRef) {}
