package dev.whimbrel.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.whimbrel.api.v1alpha1.ImageBuild;
import java.util.Map;
import java.util.TreeMap;

/**
 * That a Job has its steps done by a build: JSON in the environment variable {@value #VARIABLE},
 * beside the {@link RunnerInput}, which is the build's runner's as it stands. No secrets are in it,
 * only the names of their versions.
 *
 * @param tag by which the build of this Job is found again; no other has it
 * @param workerPool resource name of the private pool
 * @param serviceAccount as whom the build runs
 * @param image of the runner, as the pool pulls it
 * @param timeoutSeconds of the build, from its start
 * @param queueSeconds how long it may wait for its start
 * @param environment further variables of the runner
 * @param tool what runs beside the runner; absent where the steps call none
 * @param toolImage the image of the tool, where it has to be made first; else absent
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record BuildInput(
    String tag,
    String workerPool,
    String serviceAccount,
    String image,
    long timeoutSeconds,
    long queueSeconds,
    Map<String, String> environment,
    Tool tool,
    ToolImage toolImage) {

  /** Where the Job finds it. */
  public static final String VARIABLE = "WHIMBREL_BUILD";

  /** Set in a build: the tool has its secrets from Cloud Build, not from the runner. */
  public static final String IN_BUILD_VARIABLE = "WHIMBREL_IN_BUILD";

  /**
   * Set in a build that plans: a row of the preflight table that the pod has filled in, as JSON.
   */
  public static final String CHECKED_VARIABLE = "WHIMBREL_CHECKED";

  /** The folder that the steps of a build share. */
  public static final String SHARED_DIRECTORY = "/whimbrel/build";

  public BuildInput {
    environment = environment == null ? Map.of() : new TreeMap<>(environment);
  }

  /** The same with the tool in an image that is there. */
  public BuildInput withToolIn(String pinned) {
    return new BuildInput(
        tag,
        workerPool,
        serviceAccount,
        image,
        timeoutSeconds,
        queueSeconds,
        environment,
        new Tool(pinned, tool.directory(), tool.environment(), tool.secrets()),
        null);
  }

  /** Another build, of the same steps without a tool. */
  public BuildInput withoutTool() {
    return new BuildInput(
        tag + "-checks",
        workerPool,
        serviceAccount,
        image,
        timeoutSeconds,
        queueSeconds,
        environment,
        null,
        null);
  }

  /**
   * An image that is made in a build of its own.
   *
   * @param build as the spec says
   * @param timeoutSeconds of that build, from its start
   */
  public record ToolImage(ImageBuild build, long timeoutSeconds) {}

  /**
   * The container of a migration tool.
   *
   * @param image of the user, pinned where that is possible; absent where it has to be made first
   * @param directory where it runs; absent for the image's own
   * @param environment variables with their values
   * @param secrets by variables: {@code projects/P/secrets/S/versions/V}, which Cloud Build fills
   *     in
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Tool(
      String image,
      String directory,
      Map<String, String> environment,
      Map<String, String> secrets) {

    public Tool {
      environment = environment == null ? Map.of() : new TreeMap<>(environment);
      secrets = secrets == null ? Map.of() : new TreeMap<>(secrets);
    }
  }
}
