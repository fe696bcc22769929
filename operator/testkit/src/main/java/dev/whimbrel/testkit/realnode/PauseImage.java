package dev.whimbrel.testkit.realnode;

import dev.whimbrel.testkit.files.FolderTree;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * The image whose one process holds a pod's namespaces. Ours, because nothing is pulled: a program
 * of ten lines, built with the same Go that builds the kubelet.
 */
final class PauseImage {

  /** The reference under which it is imported. */
  static final String REFERENCE = "whimbrel.test/pause:1";

  private PauseImage() {}

  /** The archive, built into the folder unless it is there already. */
  static Path archive(Path folder) {
    Path archive = folder.resolve("pause-1.tar");
    if (Files.exists(archive)) {
      return archive;
    }
    try {
      Files.createDirectories(folder);
      Path work = Files.createTempDirectory(folder, "pause");
      try (InputStream source = PauseImage.class.getResourceAsStream("pause.go.txt")) {
        Files.write(work.resolve("pause.go"), source.readAllBytes());
      }
      HostCommand.require(
          work,
          work.resolve("build.log"),
          List.of(
              "env",
              "CGO_ENABLED=0",
              "GOWORK=off",
              "go",
              "build",
              "-trimpath",
              "-ldflags=-s -w",
              "-o",
              "pause",
              "pause.go"));
      Path layer = work.resolve("layer.tar");
      ImageLayer.write(layer, Map.of("/pause", work.resolve("pause")), 0);
      ImageArchive.write(
          work.resolve("pause.tar"),
          new ImageArchive.Image(
              REFERENCE,
              List.of(layer),
              Map.of("Entrypoint", List.of("/pause"), "User", "65535:65535")));
      Files.move(work.resolve("pause.tar"), archive, StandardCopyOption.ATOMIC_MOVE);
      FolderTree.delete(work);
      return archive;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot build the pause image in " + folder, e);
    }
  }
}
