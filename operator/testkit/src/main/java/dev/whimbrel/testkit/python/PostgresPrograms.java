package dev.whimbrel.testkit.python;

import dev.whimbrel.testkit.files.CachedFolder;
import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * PostgreSQL 16.2 with pg_dump beside the server, which the embedded one lacks: from a Python
 * package that holds nothing else, pinned to its version and hash, got like {@link
 * PythonEnvironment}.
 *
 * @param bin the folder with {@code initdb}, {@code postgres} and {@code pg_dump}
 */
public record PostgresPrograms(Path bin) {

  /** The major version. */
  public static final int MAJOR = 16;

  private static final String REQUIREMENTS = "postgres-requirements.txt";

  /**
   * The programs, got now if need be, with progress on standard error.
   *
   * @throws IllegalStateException where they have to be got and cannot be
   */
  public static PostgresPrograms obtain() {
    Path folder =
        new CachedFolder(
                KubernetesBinaries.userCache()
                    .resolve("python")
                    .resolve(PythonEnvironment.hash(REQUIREMENTS))
                    .toAbsolutePath(),
                "PostgreSQL's own programs",
                "under a minute",
                "bin/python")
            .obtain(
                target ->
                    PythonEnvironment.install(target, PythonEnvironment.requirements(REQUIREMENTS)),
                System.err::println);
    try (Stream<Path> files = Files.walk(folder)) {
      return new PostgresPrograms(
          files.filter(file -> file.endsWith("pginstall/bin")).findFirst().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
