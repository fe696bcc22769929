package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A user, and the secret of Google Secret Manager that holds the password. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record SecretManagerPassword(
    @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the database user.")
        String user,
    @Required
        @Size(max = 255)
        @Pattern("^[A-Za-z0-9_-]+$")
        @JsonPropertyDescription("Name of the secret that holds the password, in the same case.")
        String secret,
    @Size(max = 63)
        @Pattern(SecretManagerSecret.PROJECT)
        @JsonPropertyDescription(
            "Project of the secret; that of spec.database.cloudSQL.instance by default.")
        String project,
    @Default(SecretManagerSecret.LATEST)
        @Size(max = 20)
        @Pattern(SecretManagerSecret.VERSION)
        @JsonPropertyDescription(
            "Number of the version, or latest: the newest when a Job begins, so that a rotated"
                + " password is followed.")
        String version) {

  /** Where the password is. */
  public SecretManagerSecret password() {
    return new SecretManagerSecret(secret, project, version);
  }
}
