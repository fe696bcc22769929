package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/** The throw-away server beside the runner of a plan. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record TraceSettings(
    @Required
        @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image of PostgreSQL of the database's major version, with its extensions; best by"
                + " digest. It has to have /bin/sh, initdb, postgres and pg_dump on its PATH. Its"
                + " pg_dump logs in to the database and reads its structure, so name one that you"
                + " trust with that.")
        String image,
    @JsonPropertyDescription(
            "Resources of the server's container. Without it: 128Mi of memory are asked for, 512Mi"
                + " are the limit.")
        ResourceRequirements resources) {}
