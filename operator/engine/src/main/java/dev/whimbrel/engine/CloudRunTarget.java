package dev.whimbrel.engine;

import dev.whimbrel.api.v1alpha1.CloudRunSettings;
import dev.whimbrel.api.v1alpha1.DatabaseMigrationSpec;
import dev.whimbrel.api.v1alpha1.RollbackSettings;
import java.util.Optional;

/**
 * The Cloud Run service of a spec, with its project filled in.
 *
 * @param project id
 * @param region where it runs
 * @param service its short name
 */
public record CloudRunTarget(String project, String region, String service) {

  /** The service that {@code spec.rollback.cloudRun} names, if it names one. */
  public static Optional<CloudRunTarget> of(DatabaseMigrationSpec spec) {
    return Optional.ofNullable(spec.rollback())
        .map(RollbackSettings::cloudRun)
        .map(settings ->
            new CloudRunTarget(project(spec, settings), settings.region(), settings.service()));
  }

  private static String project(DatabaseMigrationSpec spec, CloudRunSettings settings) {
    return settings.project() == null ? spec.database().cloudSQL().project() : settings.project();
  }

  /** The name of the resource. */
  public String resource() {
    return "projects/" + project + "/locations/" + region + "/services/" + service;
  }

  /** The command that lets the newest revision serve again, now and after every deployment. */
  String toLatest() {
    return "gcloud run services update-traffic "
        + service
        + " --to-latest --region="
        + region
        + " --project="
        + project;
  }

  @Override
  public String toString() {
    return "Cloud Run service " + service;
  }
}
