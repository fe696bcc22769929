package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.Screen;
import dev.whimbrel.testkit.python.KotoriExample;

/** Pods run the images that the team has built; what they need to know is in a Secret. */
final class Pods implements Backend {

  @Override
  public Manifests manifests() {
    String first = KotoriExample.manifest("migration.yaml");
    return new Manifests(
        first,
        image(Kotori.FIRST_IMAGE),
        first.replace(Kotori.FIRST_IMAGE, Kotori.SECOND_IMAGE),
        image(Kotori.SECOND_IMAGE));
  }

  private static String image(String reference) {
    return "image: " + reference.substring(reference.lastIndexOf('/') + 1);
  }

  @Override
  public void setUp(ClusterHere cluster, KotoriDatabase database, Screen screen) {
    cluster.client().resource(database.secret()).create();
    screen.timed("Secret", "kotori-api: the database's URL and what else the application reads");
  }
}
