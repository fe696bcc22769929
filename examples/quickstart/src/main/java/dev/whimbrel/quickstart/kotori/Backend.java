package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.quickstart.stage.ClusterHere;
import dev.whimbrel.quickstart.stage.Screen;

/** Who does the steps of the story. */
interface Backend {

  /** What the team applies. */
  Manifests manifests();

  /** Puts up what the migrations need besides the database. */
  void setUp(ClusterHere cluster, KotoriDatabase database, Screen screen);

  /** The first release is in. */
  default void released() {}

  /** The second one has failed halfway. */
  default void failed() {}

  /** Whether all that is not in the database ended as told. */
  default boolean asTold() {
    return true;
  }

  /** What there is to say of it when the story is over; nothing where pods did it all. */
  default void lookBack(ClusterHere cluster, Screen screen) {}
}
