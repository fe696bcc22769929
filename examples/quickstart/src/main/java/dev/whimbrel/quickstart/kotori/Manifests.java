package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.api.v1alpha1.DatabaseMigration;
import dev.whimbrel.testkit.python.KotoriExample;
import io.fabric8.kubernetes.client.utils.Serialization;

/**
 * The team's two releases, as it applies them.
 *
 * @param first the manifest of the first
 * @param firstChange the line that says which it is
 * @param second the manifest of the second
 * @param secondChange the line that a release changes
 */
record Manifests(String first, String firstChange, String second, String secondChange) {

  DatabaseMigration firstRelease() {
    return migration(first);
  }

  DatabaseMigration secondRelease() {
    return migration(second);
  }

  /** The second release, taken back to where the first one had brought the database. */
  DatabaseMigration wayBack() {
    return migration(
        second.replace(
            "      workingDir:",
            "      target: %s\n      allowDowngrade: %s\n      workingDir:"
                .formatted(KotoriExample.RELEASED, KotoriExample.HALFWAY)));
  }

  private static DatabaseMigration migration(String manifest) {
    return Serialization.unmarshal(manifest, DatabaseMigration.class);
  }
}
