package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A secret of Google Secret Manager. The Jobs read it under their ServiceAccount. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretManagerSecret(
    @Required
        @Size(max = 255)
        @Pattern("^[A-Za-z0-9_-]+$")
        @JsonPropertyDescription(
            "Name of the secret, in the same case as in Secret Manager: database-url is not"
                + " DATABASE_URL.")
        String secret,
    @Size(max = 63)
        @Pattern(PROJECT)
        @JsonPropertyDescription(
            "Project of the secret; that of spec.database.cloudSQL.instance by default.")
        String project,
    @Default(LATEST)
        @Size(max = 20)
        @Pattern(VERSION)
        @JsonPropertyDescription(
            "Number of the version, or latest: the newest when the plan is made. The plan records"
                + " the number, its hash covers it, and the plan is carried out with it.")
        String version) {

  /** The version that was added last. */
  public static final String LATEST = "latest";

  static final String PROJECT = "^([a-z0-9.-]+:)?[a-z][-a-z0-9]*$";
  static final String VERSION = "^(latest|[1-9][0-9]*)$";
}
