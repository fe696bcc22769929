package dev.whimbrel.google.build;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private pool. Builds on it are created in its project and region, wherever else one might look
 * for them.
 *
 * @param project its project
 * @param region its region
 * @param name its short name
 */
public record WorkerPool(String project, String region, String name) {

  private static final Pattern NAME =
      Pattern.compile("projects/([^/]+)/locations/([^/]+)/workerPools/([a-z0-9-]{1,63})");

  /**
   * Reads {@code projects/P/locations/R/workerPools/N}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static WorkerPool parse(String resource) {
    Matcher matcher = NAME.matcher(resource);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "\"%s\" is no worker pool: write projects/PROJECT/locations/REGION/workerPools/NAME in spec.run.cloudBuild.workerPool"
              .formatted(resource));
    }
    return new WorkerPool(matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** Where its builds are: {@code projects/P/locations/R}. */
  public String parent() {
    return "projects/" + project + "/locations/" + region;
  }

  /** Its resource name. */
  public String resource() {
    return parent() + "/workerPools/" + name;
  }
}
