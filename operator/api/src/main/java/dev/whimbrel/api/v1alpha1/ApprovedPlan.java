package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The plan that is decided on: name, UID and hash must all match. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record ApprovedPlan(
    @Required @Size(min = 1, max = 253) @JsonPropertyDescription("Name of the MigrationPlan.")
        String name,
    @Required @Size(min = 1, max = 64) @JsonPropertyDescription("UID of the MigrationPlan.")
        String uid,
    @Required
        @Pattern("^sha256:[0-9a-f]{64}$")
        @JsonPropertyDescription("Hash of the MigrationPlan.")
        String hash) {}
