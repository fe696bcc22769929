package dev.whimbrel.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Optional;

/** An Alembic environment in an image of the user's, run as it is. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!has(self.command) || self.command.size() == 0 || self.command[0].startsWith('/')",
    message =
        "spec.source.alembic.command must begin with an absolute path: nothing is looked up or"
            + " installed at run time")
@ValidationRule(
    value = "!has(self.target) || self.target != 'heads' && self.target != 'base'",
    message =
        "spec.source.alembic.target must be head or one revision; heads and base are not targets of"
            + " an upgrade")
@ValidationRule(
    value = "has(self.image) != has(self.build)",
    message = "exactly one of spec.source.alembic.image and spec.source.alembic.build must be set")
public record AlembicSource(
    @Size(min = 1, max = 512)
        @JsonPropertyDescription(
            "Image that holds Alembic, its configuration and the revisions; by digest where"
                + " possible. Whimbrel adds nothing to it and needs only /bin/sh there. Required"
                + " without build.")
        String image,
    @JsonPropertyDescription(
            "With backend CloudBuild: the image is made and pushed before the plan, from a commit"
                + " or an archive, and the plan is bound to its digest. In the place of image.")
        ImageBuild build,
    @Required
        @Size(min = 1)
        @JsonPropertyDescription(
            "How Alembic is called: its absolute path, and options that come before the subcommand,"
                + " like -c alembic.ini.")
        List<String> command,
    @Size(max = 512)
        @Pattern("^/.*$")
        @JsonPropertyDescription("Directory in the image to run in; that of the image by default.")
        String workingDir,
    @JsonPropertyDescription("Environment of the tool.") List<EnvironmentVariable> env,
    @JsonPropertyDescription("Secrets and ConfigMaps whose keys become variables.")
        List<EnvironmentSource> envFrom,
    @Default("head")
        @Size(min = 1, max = 255)
        @Pattern("^[A-Za-z0-9_.]+$")
        @JsonPropertyDescription(
            "Migrate to this revision: head, or a revision id. Relative targets like +1 are"
                + " refused: they would advance on every run.")
        String target,
    @Size(min = 1, max = 255)
        @Pattern("^[A-Za-z0-9_.]+$")
        @JsonPropertyDescription(
            "Allow a downgrade from this revision to an older target. Without it an older target"
                + " is refused.")
        String allowDowngrade) {

  /** Lists are never null. */
  public AlembicSource {
    command = command == null ? List.of() : List.copyOf(command);
    env = env == null ? List.of() : List.copyOf(env);
    envFrom = envFrom == null ? List.of() : List.copyOf(envFrom);
  }

  /** One with an image that is there. */
  public AlembicSource(
      String image,
      List<String> command,
      String workingDir,
      List<EnvironmentVariable> env,
      List<EnvironmentSource> envFrom,
      String target,
      String allowDowngrade) {
    this(image, null, command, workingDir, env, envFrom, target, allowDowngrade);
  }

  /** The image as a spec names it: the one that is there, or the tag of the one to be made. */
  public String named() {
    return build == null ? image : build.image();
  }

  /** The variable of this name, if {@link #env} has one. */
  public Optional<EnvironmentVariable> variable(String name) {
    return env.stream().filter(variable -> variable.name().equals(name)).findFirst();
  }

  /** The same with one variable as given, at its place. */
  public AlembicSource withVariable(EnvironmentVariable given) {
    return new AlembicSource(
        image,
        build,
        command,
        workingDir,
        env.stream()
            .map(variable -> variable.name().equals(given.name()) ? given : variable)
            .toList(),
        envFrom,
        target,
        allowDowngrade);
  }
}
