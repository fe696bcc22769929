package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * An image that Cloud Build makes before the plan. What it is made from never changes under a spec:
 * a commit, or one generation of an archive.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "[has(self.gitUrl), has(self.connectedRepository), has(self.archive)].exists_one(x, x)",
    message =
        "exactly one of spec.source.alembic.build.gitUrl, connectedRepository and archive must be"
            + " set")
public record ImageBuild(
    @Required
        @Size(max = 400)
        @Pattern("^[a-z0-9][a-z0-9.-]*(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+$")
        @JsonPropertyDescription(
            "Where the image is pushed, without a tag:"
                + " us-central1-docker.pkg.dev/PROJECT/REPOSITORY/NAME. It is tagged"
                + " migration-<first seven digits of the revision>.")
        String repository,
    @Required
        @Size(max = 40)
        @Pattern("^[0-9a-f]{40}$")
        @JsonPropertyDescription(
            "The commit, all 40 digits of it (git rev-parse HEAD): a branch or a tag would mean"
                + " something else tomorrow. With an archive: the commit it was made of, which"
                + " names the image's tag.")
        String revision,
    @Size(max = 512)
        @Pattern("^https://[^\\s@]+$")
        @JsonPropertyDescription(
            "A Git repository that Cloud Build can fetch without credentials. Use"
                + " connectedRepository for a private one.")
        String gitUrl,
    @Size(max = 512)
        @Pattern("^projects/[^/]+/locations/[^/]+/connections/[^/]+/repositories/[^/]+$")
        @JsonPropertyDescription(
            "A repository that Cloud Build is connected to, as"
                + " projects/PROJECT/locations/REGION/connections/NAME/repositories/NAME.")
        String connectedRepository,
    @JsonPropertyDescription("A source archive in Cloud Storage.") SourceArchive archive,
    @Size(max = 512)
        @Pattern("^[^/\\s][^\\s]*$")
        @ValidationRule(
            value = "!self.contains('..')",
            message = "spec.source.alembic.build.directory must stay within the source")
        @JsonPropertyDescription("Directory of the source to build in; its root by default.")
        String directory,
    @Default("Dockerfile")
        @Size(max = 512)
        @Pattern("^[^/\\s][^\\s]*$")
        @ValidationRule(
            value = "!self.contains('..')",
            message = "spec.source.alembic.build.dockerfile must stay within the source")
        @JsonPropertyDescription("The Dockerfile, from that directory.")
        String dockerfile,
    @Default("20m")
        @Size(max = 20)
        @Pattern("^([0-9]+(h|m|s|ms))+$")
        @ValidationRule(
            value = "duration(self) >= duration('1m') && duration(self) <= duration('4h')",
            message = "spec.source.alembic.build.timeout must be between 1m and 4h")
        @JsonPropertyDescription("How long making and pushing the image may take.")
        String timeout) {

  private static final int SHORT = 7;

  /** The image by its tag, {@code REPOSITORY:migration-<short revision>}. */
  public String image() {
    return repository + ":migration-" + revision.substring(0, SHORT);
  }
}
