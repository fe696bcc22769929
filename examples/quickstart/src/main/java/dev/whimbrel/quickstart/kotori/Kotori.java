package dev.whimbrel.quickstart.kotori;

import dev.whimbrel.testkit.node.SimulatedImage;
import dev.whimbrel.testkit.python.KotoriExample;
import dev.whimbrel.testkit.python.PythonEnvironment;
import dev.whimbrel.testkit.realnode.PythonImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The team's two releases, and their images.
 *
 * @param folder keeps the copies that images are made from
 * @param first what {@code backend} holds
 * @param second the same with {@code second-release}
 */
record Kotori(Path folder, KotoriExample first, KotoriExample second) {

  /** As {@code migration.yaml} names it. */
  static final String FIRST_IMAGE =
      "us-central1-docker.pkg.dev/kotori-io/kotori-images/kotori-api:migration-1a2b3c4";

  /** The one that came after it. */
  static final String SECOND_IMAGE = FIRST_IMAGE.replace("1a2b3c4", "5d6e7f8");

  private static final String BACKEND = "/app/backend";

  /** Copies what the images hold. */
  static Kotori copyTo(Path folder) {
    KotoriExample first = KotoriExample.copyTo(folder.resolve("first" + BACKEND));
    KotoriExample second = KotoriExample.copyTo(folder.resolve("second" + BACKEND));
    second.addSecondRelease();
    return new Kotori(folder, first, second);
  }

  /** What stands in for the images on a simulated node. */
  Map<String, SimulatedImage> simulatedImages() {
    return Map.of(FIRST_IMAGE, simulated("first"), SECOND_IMAGE, simulated("second"));
  }

  /** The folder as the image has it, with this machine's Alembic where the user's would be. */
  private SimulatedImage simulated(String release) {
    return SimulatedImage.folder(withAlembic(folder.resolve(release)));
  }

  /** What the team's Dockerfile begins with, and what its RUN would install. */
  Path base() {
    return withAlembic(folder.resolve("base"));
  }

  private static Path withAlembic(Path root) {
    try {
      Path home = Files.createDirectories(root.resolve("home/kotori"));
      Files.createSymbolicLink(home.resolve(".local"), PythonEnvironment.obtain().folder());
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds the images, as archives for a real node. */
  List<Path> imageArchives() {
    return List.of(
        archive(FIRST_IMAGE, first, folder.resolve("first.tar")),
        archive(SECOND_IMAGE, second, folder.resolve("second.tar")));
  }

  private static Path archive(String image, KotoriExample content, Path archive) {
    new PythonImage(
            image,
            "kotori",
            KotoriExample.requirements(),
            Map.of(BACKEND, content.backend()),
            BACKEND)
        .write(archive);
    return archive;
  }
}
