package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** The Cloud Run service that the application is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudRunSettings(
    @Size(max = 63)
        @Pattern("^([a-z0-9.-]+:)?[a-z][-a-z0-9]*$")
        @JsonPropertyDescription(
            "Its project; without it, that of the Cloud SQL instance. Required with"
                + " spec.database.postgres.")
        String project,
    @Required
        @Size(max = 49)
        @Pattern("^[a-z]([-a-z0-9]*[a-z0-9])?$")
        @JsonPropertyDescription("Name of the service, for example kotori-api.")
        String service,
    @Required
        @Size(max = 63)
        @Pattern("^[a-z]+-[a-z]+[0-9]+$")
        @JsonPropertyDescription("Its region, for example us-central1.")
        String region) {}
