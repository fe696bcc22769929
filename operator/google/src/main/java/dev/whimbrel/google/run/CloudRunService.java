package dev.whimbrel.google.run;

/**
 * A service of Cloud Run.
 *
 * @param project id
 * @param region where it runs
 * @param name its short name
 */
public record CloudRunService(String project, String region, String name) {

  /** The name of the resource. */
  public String resource() {
    return "projects/" + project + "/locations/" + region + "/services/" + name;
  }

  /** How {@code gcloud run services} is told which one. */
  String flags() {
    return name + " --region=" + region + " --project=" + project;
  }

  @Override
  public String toString() {
    return "Cloud Run service " + name + " of project " + project + " in " + region;
  }
}
