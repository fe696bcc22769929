package dev.whimbrel.testkit.python;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.kubernetes.Repository;
import dev.whimbrel.testkit.process.SupervisedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * A copy of {@code examples/kotori}: Python leaves compiled files beside what it runs, and a second
 * release adds revisions.
 *
 * @param backend the folder with {@code alembic.ini}
 */
public record KotoriExample(Path backend) {

  /** Where production is before the release in the example. */
  public static final String PRODUCTION = "7c39d7b141c7";

  /** Where that release brings it. */
  public static final String RELEASED = "9d4e61c7f0ab";

  /** The last revision of the second release that does not fail. */
  public static final String HALFWAY = "c4f7be210a95";

  /** Copies the backend into a folder, which is created. */
  public static KotoriExample copyTo(Path backend) {
    copy(original().resolve("backend"), backend);
    return new KotoriExample(backend.toAbsolutePath());
  }

  /** Adds the revisions of the second release, the last of which fails where people look twice. */
  public void addSecondRelease() {
    copy(original().resolve("second-release"), backend.resolve("migrations/versions"));
  }

  /** What pip installs in its image. */
  public static Path requirements() {
    return original().resolve("backend/requirements.txt");
  }

  /** The manifest of its migration, as it stands in the example. */
  public static String manifest() {
    return manifest("migration.yaml");
  }

  /** A manifest by the name of its file in the example. */
  public static String manifest(String file) {
    try {
      return Files.readString(original().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The URL of a database in SQLAlchemy's spelling, whatever the password holds. The database has
   * the name of the role that owns it.
   */
  public static String url(String address, int port, String database, String password) {
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(
            URLEncoder.encode(database, UTF_8),
            URLEncoder.encode(password, UTF_8).replace("+", "%20"),
            address,
            port,
            URLEncoder.encode(database, UTF_8));
  }

  /** The content of its Secret, by the keys that the manifest names. */
  public static Map<String, String> secret(String url) {
    return Map.of(
        "database-url", url,
        "secret-key", "not a secret",
        "google-cloud-project", "kotori-io",
        "google-cloud-location", "us-central1",
        "encryption-master-salt", "salt");
  }

  /**
   * Runs its Alembic on this machine to the end.
   *
   * @param log receives all output
   * @return the exit code
   */
  public int alembic(String url, Path log, String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(PythonEnvironment.obtain().alembic().toString()));
    command.addAll(List.of(arguments));
    Map<String, String> environment = new HashMap<>();
    secret(url)
        .forEach(
            (key, value) -> environment.put(key.toUpperCase(Locale.ROOT).replace('-', '_'), value));
    environment.put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    environment.put("PYTHONPATH", backend.toString());
    try (SupervisedProcess process =
        SupervisedProcess.start(
            new SupervisedProcess.Command(
                command, environment, false, Optional.of(backend), log))) {
      return process.onExit().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot wait for alembic", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while alembic runs", e);
    }
  }

  private static Path original() {
    return Repository.root().resolve("examples/kotori");
  }

  private static void copy(Path source, Path target) {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(it -> !it.toString().contains("__pycache__")).toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy " + source + " to " + target, e);
    }
  }
}
