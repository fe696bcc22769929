package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * Where builds run, and as whom. The machine is the pool's own matter: there is no field for it,
 * and Cloud Build refuses a build that names both.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudBuildSettings(
    @Required
        @Size(max = 255)
        @Pattern(
            "^projects/[a-z][-a-z0-9.:]*/locations/[a-z]+-[a-z]+[0-9]+/workerPools/[a-z0-9-]{1,63}$")
        @JsonPropertyDescription(
            "The private pool, as projects/PROJECT/locations/REGION/workerPools/NAME. Builds are"
                + " created in its project and region.")
        String workerPool,
    @Required
        @Size(max = 255)
        @Pattern("^[a-z0-9][-a-z0-9]*@[a-z0-9.-]+\\.gserviceaccount\\.com$")
        @JsonPropertyDescription(
            "E-mail address of the service account that the builds run as: it logs in, reads the"
                + " secrets and pulls the images.")
        String serviceAccount,
    @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image of the runner as the pool can pull it, where that is not the operator's own; of"
                + " the operator's version, best by digest.")
        String image) {}
