package dev.whimbrel.testkit.python;

import dev.whimbrel.testkit.files.CachedFolder;
import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.process.HostCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A virtual environment with Alembic 1.12.1, SQLAlchemy 2.0.23 and the drivers psycopg2, psycopg 3
 * and asyncpg, every package pinned to its version and hash.
 *
 * <p>Made on first use from a Python of this machine and the package index that its pip is set up
 * for, then kept in the cache of {@link KubernetesBinaries#userCache()} in a folder named after the
 * requirements. Any number of threads and JVMs may ask at once: one makes it, the others wait.
 *
 * @param folder the virtual environment
 */
public record PythonEnvironment(Path folder) {

  private static final String REQUIREMENTS = "requirements.txt";

  /** Why there can be none on this machine, in one line; empty when there can. */
  public static Optional<String> unavailable() {
    return cached().complete() ? Optional.empty() : interpreters().complaint();
  }

  /**
   * The environment, made now if need be, with progress on standard error.
   *
   * @throws IllegalStateException when it has to be made and cannot be: the message says what is
   *     missing or carries the end of pip's output
   */
  public static PythonEnvironment obtain() {
    return new PythonEnvironment(
        cached()
            .obtain(folder -> install(folder, requirements(REQUIREMENTS)), System.err::println));
  }

  /** The folder of the programs, for a PATH. */
  public Path bin() {
    return folder.resolve("bin");
  }

  /** The interpreter that knows the packages. */
  public Path python() {
    return bin().resolve("python");
  }

  /** Alembic's command. */
  public Path alembic() {
    return bin().resolve("alembic");
  }

  private static CachedFolder cached() {
    // The python in it is a link to the one it was made from, which may have been removed since.
    return new CachedFolder(
        KubernetesBinaries.userCache()
            .resolve("python")
            .resolve(hash(REQUIREMENTS))
            .toAbsolutePath(),
        "a Python environment with Alembic",
        "under a minute",
        "bin/python");
  }

  /** Makes a virtual environment with these packages, and no other. */
  static void install(Path folder, byte[] pinned) throws IOException {
    PythonInterpreter.Search search = interpreters();
    PythonInterpreter interpreter =
        search
            .found()
            .orElseThrow(() -> new IllegalStateException(search.complaint().orElseThrow()));
    Path log = folder.resolve("install.log");
    HostCommand.require(
        folder, log, List.of(interpreter.file().toString(), "-I", "-m", "venv", folder.toString()));
    Path requirements = folder.resolve("requirements.txt");
    Files.write(requirements, pinned);
    HostCommand.require(
        folder,
        log,
        List.of(
            folder.resolve("bin/python").toString(),
            "-m",
            "pip",
            "install",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            "--requirement=" + requirements));
  }

  static PythonInterpreter.Search interpreters() {
    return PythonInterpreter.onPath(System.getenv().getOrDefault("PATH", ""));
  }

  static String hash(String pinned) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(requirements(pinned));
      return HexFormat.of().formatHex(digest).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static byte[] requirements(String name) {
    try (InputStream stream = PythonEnvironment.class.getResourceAsStream(name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
