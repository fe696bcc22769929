package dev.whimbrel.testkit.google;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.whimbrel.testkit.files.FolderTree;
import dev.whimbrel.testkit.node.SimulatedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The images that {@link DockerProgram} has made, and the bases that it makes them from. */
final class DockerImages {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path home;

  DockerImages(Path home) {
    this.home = home;
  }

  /** Where all its files are. */
  Path home() {
    return home;
  }

  /** Where a base is looked for. */
  Path base(String name) {
    return place("bases", name);
  }

  /** The root of an image to be made, empty. */
  Path begin(String tag) throws IOException {
    FolderTree.delete(place("images", tag));
    return Files.createDirectories(root(tag));
  }

  Path config(String tag) {
    return place("images", tag).resolve("environment.json");
  }

  /** The image; empty where none of that name has been made to its end. */
  Optional<SimulatedImage> image(String tag) throws IOException {
    return Files.exists(config(tag))
        ? Optional.of(
            SimulatedImage.folder(root(tag))
                .withEnvironment(
                    JSON.readValue(
                        config(tag).toFile(), new TypeReference<TreeMap<String, String>>() {})))
        : Optional.empty();
  }

  /** Over all that is in it: the same content has the same digest. */
  String digest(String tag) throws IOException {
    MessageDigest digest = sha256();
    digest.update(Files.readAllBytes(config(tag)));
    try (Stream<Path> files = Files.walk(root(tag))) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        digest.update((root(tag).relativize(file) + "\n").getBytes(UTF_8));
        if (Files.isSymbolicLink(file)) {
          digest.update(Files.readSymbolicLink(file).toString().getBytes(UTF_8));
        } else if (Files.isRegularFile(file)) {
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return "sha256:" + HexFormat.of().formatHex(digest.digest());
  }

  /** The program as a build's image: a shell, and {@code docker} on its path. */
  SimulatedImage builder() throws IOException {
    Path program = Files.createDirectories(home.resolve("bin")).resolve("docker");
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DockerProgram.class.getName());
    Files.writeString(program, "#!/bin/sh\nexec '" + String.join("' '", java) + "' \"$@\"\n");
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + program + " executable");
    }
    return SimulatedImage.entrypoint("docker")
        .withEnvironment(
            Map.of(
                "PATH",
                program.getParent() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                DockerProgram.HOME_VARIABLE,
                home.toString()));
  }

  private Path root(String tag) {
    return place("images", tag).resolve("root");
  }

  /** Named by a hash: a value that is hidden from logs may be part of an image's name. */
  private Path place(String kind, String name) {
    return home.resolve(kind)
        .resolve(HexFormat.of().formatHex(sha256().digest(name.getBytes(UTF_8))));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
