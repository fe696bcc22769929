package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.ResourceRequirements;

/** The Cloud SQL Auth Proxy beside the containers of a Job. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CloudSqlProxy(
    @Default(CloudSqlProxy.IMAGE)
        @Size(min = 1, max = 500)
        @JsonPropertyDescription(
            "Image of the proxy, version 2; best by digest. Whimbrel is tested with the version"
                + " that is the default.")
        String image,
    @Default("5432")
        @Min(1024)
        @Max(65535)
        @JsonPropertyDescription(
            "Port on 127.0.0.1 within the pod: what the tool's URL has to name.")
        Integer port,
    @JsonPropertyDescription("Resources of the proxy's container.")
        ResourceRequirements resources) {

  /** The image of Google's that the tests run, built from its source. */
  public static final String IMAGE = "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.4";

  /** PostgreSQL's own. */
  public static final int PORT = 5432;
}
