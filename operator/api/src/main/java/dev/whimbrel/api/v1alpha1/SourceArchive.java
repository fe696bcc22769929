package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** One generation of an object in Cloud Storage, a gzipped tar archive of the source. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SourceArchive(
    @Required
        @Size(max = 222)
        @Pattern("^[a-z0-9][a-z0-9._-]+[a-z0-9]$")
        @JsonPropertyDescription("Name of the bucket.")
        String bucket,
    @Required
        @Size(max = 1024)
        @Pattern("^[^\\s]+$")
        @JsonPropertyDescription("Name of the object, ending with .tar.gz or .tgz.")
        String object,
    @Required
        @Size(max = 20)
        @Pattern("^[1-9][0-9]*$")
        @JsonPropertyDescription(
            "Its generation (gcloud storage objects describe gs://BUCKET/OBJECT"
                + " --format='value(generation)'): an object can be overwritten, a generation"
                + " cannot.")
        String generation) {}
