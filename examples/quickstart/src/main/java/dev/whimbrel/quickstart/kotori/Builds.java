package dev.whimbrel.quickstart.kotori;

import com.fasterxml.jackson.databind.JsonNode;
import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.LocalParts;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.google.FakeBuild;
import dev.whimbrel.testkit.python.KotoriExample;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.util.Map;

/**
 * Builds of a fake Cloud Build make the images from the team's repository, and do the steps; what
 * they need to know is in Secret Manager.
 */
final class Builds implements Backend {

  private static final String PROJECT = "kotori-io";
  private static final String REGION = "us-central1";
  private static final String POOL =
      "projects/kotori-io/locations/us-central1/workerPools/private-pool";
  private static final String REPOSITORY =
      "projects/kotori-io/locations/us-central1/connections/github/repositories/kotori";
  private static final String COMMIT = "1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d";
  private static final int SHORT = 7;

  private final Kotori kotori;
  private final KotoriRepository repository;
  private Application application;

  Builds(Kotori kotori) {
    this.kotori = kotori;
    this.repository = KotoriRepository.of(kotori);
  }

  @Override
  public Manifests manifests() {
    String written = KotoriExample.manifest("migration-cloudbuild.yaml");
    return new Manifests(
        written.replace(COMMIT, repository.first()),
        revision(repository.first()),
        written.replace(COMMIT, repository.second()),
        revision(repository.second()));
  }

  private static String revision(String commit) {
    return "build.revision: " + commit.substring(0, SHORT) + "…";
  }

  @Override
  public void setUp(ClusterHere cluster, KotoriDatabase database, Screen screen) {
    LocalParts parts = cluster.parts();
    parts.allowBuildsOn(POOL);
    parts
        .google()
        .cloudBuild()
        .withBase("python:3.11-slim", kotori.base())
        .withRepository(REPOSITORY, repository.folder());
    screen.timed("Cloud Build", "a pool and the team's repository, with two commits");
    for (Map.Entry<String, String> secret : database.values().entrySet()) {
      parts.google().secrets().create(PROJECT, secret.getKey()).add(secret.getValue());
    }
    screen.timed("Secret Manager", String.join(", ", database.values().keySet()));
    application = new Application(parts.google().cloudRun(), PROJECT, REGION, screen);
    cluster
        .client()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("kotori-migrator")
                .withNamespace(cluster.scene().namespace())
                .endMetadata()
                .build())
        .create();
  }

  @Override
  public void released() {
    application.followFirstRelease();
  }

  @Override
  public void failed() {
    application.goAheadOfSecondRelease();
  }

  @Override
  public boolean asTold() {
    return application.isBack();
  }

  @Override
  public void lookBack(ClusterHere cluster, Screen screen) {
    screen.heading("Who serves, at the end: the traffic went back before the schema did");
    screen.line("  " + application.serving());
    screen.heading("What gcloud builds list would show, oldest first");
    cluster.parts().google().cloudBuild().builds().forEach(build -> screen.line(line(build)));
  }

  private static String line(FakeBuild build) {
    JsonNode image = build.json().path("results").path("images").path(0);
    String what =
        image.isMissingNode()
            ? "a step, " + build.tags().getFirst()
            : "made " + image.path("name").asText() + "@" + image.path("digest").asText();
    return "  %s  %s".formatted(build.status(), what);
  }
}
