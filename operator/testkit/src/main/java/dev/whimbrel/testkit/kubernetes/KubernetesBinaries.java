package dev.whimbrel.testkit.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The programs of Kubernetes, built on first use from a pinned Go module and kept in a cache.
 *
 * <p>The cache is {@code $WHIMBREL_CACHE}, else {@code $XDG_CACHE_HOME/whimbrel}, else {@code
 * ~/.cache/whimbrel}; in it a folder is named after the version and a hash of the module and the
 * build flags, so a changed pin never meets an old binary. A first build of the control plane takes
 * minutes; it needs {@code go} 1.25 or newer on the PATH and access to Go modules, afterwards
 * neither. Any number of threads and JVMs may ask at once: one builds, the others wait.
 */
public final class KubernetesBinaries {

  /** The version of Kubernetes that is built. */
  public static final String VERSION = "1.35.4";

  private static final String VERSION_PACKAGE = "k8s.io/component-base/version";

  /** Without the version the server calls itself v0.0.0 and clients misbehave. */
  private static final List<String> FLAGS =
      List.of(
          "-trimpath",
          "-ldflags=-s -w -X %1$s.gitVersion=v%2$s -X %1$s.gitMajor=1 -X %1$s.gitMinor=35"
              .formatted(VERSION_PACKAGE, VERSION));

  /** File locks are held per JVM, so threads of this one need a lock of their own. */
  private static final ReentrantLock BUILDING = new ReentrantLock();

  private final Path directory;
  private final Consumer<String> progress;

  private KubernetesBinaries(Path directory, Consumer<String> progress) {
    this.directory = directory;
    this.progress = progress;
  }

  /** The binaries in the user's cache, with progress on standard error. */
  public static KubernetesBinaries inUserCache() {
    return in(userCache(System.getenv()), System.err::println);
  }

  /**
   * The binaries in the given cache folder.
   *
   * @param cache created when it does not exist
   * @param progress receives one line before and one after each build
   */
  public static KubernetesBinaries in(Path cache, Consumer<String> progress) {
    return new KubernetesBinaries(cache.resolve("kubernetes").resolve(cacheKey()), progress);
  }

  /** The cache folder of this user, for what else is worth keeping between runs. */
  public static Path userCache() {
    return userCache(System.getenv());
  }

  /** The cache folder that an environment names. */
  static Path userCache(Map<String, String> environment) {
    String own = environment.getOrDefault("WHIMBREL_CACHE", "");
    if (!own.isBlank()) {
      return Path.of(own);
    }
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path caches =
        shared.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(shared);
    return caches.resolve("whimbrel");
  }

  /** Whether every one of the binaries is already built. */
  public boolean cached(KubernetesBinary... binaries) {
    return Arrays.stream(binaries).allMatch(binary -> Files.isExecutable(file(binary)));
  }

  /** Whether the binaries are built already or a Go toolchain is there to build them. */
  public boolean obtainable(KubernetesBinary... binaries) {
    return cached(binaries) || goOnPath(System.getenv());
  }

  /**
   * The executable file of one binary, built now if need be.
   *
   * @throws IllegalStateException when it has to be built and cannot be: the message carries the
   *     end of the compiler's output
   */
  public Path path(KubernetesBinary binary) {
    if (!cached(binary)) {
      build(List.of(binary));
    }
    return file(binary);
  }

  /** Builds whatever is missing of the binaries, in the given order. */
  public void build(List<KubernetesBinary> binaries) {
    BUILDING.lock();
    try {
      Files.createDirectories(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        for (KubernetesBinary binary : binaries) {
          if (!cached(binary)) {
            buildLocked(binary, lock);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot use the binary cache " + directory + "; set WHIMBREL_CACHE to a writable folder",
          e);
    } finally {
      BUILDING.unlock();
    }
  }

  private void buildLocked(KubernetesBinary binary, FileLock held) throws IOException {
    if (!held.isValid() || !goOnPath(System.getenv())) {
      throw new IllegalStateException(
          binary.fileName()
              + " "
              + VERSION
              + " is not in "
              + directory
              + " and there is no 'go' on the PATH to build it; install Go 1.25 or newer");
    }
    progress.accept(
        "building %s %s (once, %s) ..."
            .formatted(binary.fileName(), VERSION, binary.usualBuildTime()));
    Instant started = Instant.now();
    Path module = Files.createTempDirectory("whimbrel-kubernetes-build");
    try {
      Files.write(module.resolve("go.mod"), resource("go.mod"));
      Files.write(module.resolve("go.sum"), resource("go.sum"));
      Path unfinished = directory.resolve(binary.fileName() + ".unfinished");
      run(module, binary, unfinished);
      Files.move(unfinished, file(binary), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(module);
    }
    progress.accept(
        "built %s %s in %d s"
            .formatted(
                binary.fileName(), VERSION, Duration.between(started, Instant.now()).toSeconds()));
  }

  private static void run(Path module, KubernetesBinary binary, Path output) throws IOException {
    List<String> command = new ArrayList<>(List.of("go", "build"));
    command.addAll(FLAGS);
    command.addAll(List.of("-o", output.toString(), binary.goPackage()));
    Path log = module.resolve("build.log");
    ProcessBuilder builder = new ProcessBuilder(command).directory(module.toFile());
    builder.environment().put("CGO_ENABLED", "0");
    builder.environment().put("GOFLAGS", "-mod=readonly");
    builder.environment().put("GOWORK", "off");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = builder.start();
    try {
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "go build of %s ended with exit code %d:%n%s"
                .formatted(binary.fileName(), code, LogTail.of(log, 20)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while building " + binary.fileName(), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private Path file(KubernetesBinary binary) {
    return directory.resolve(binary.fileName());
  }

  private static boolean goOnPath(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
  }

  private static String cacheKey() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(resource("go.mod"));
      digest.update(("\n" + String.join(" ", FLAGS)).getBytes(UTF_8));
      return VERSION + "-" + HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static byte[] resource(String name) {
    try (InputStream stream = KubernetesBinaries.class.getResourceAsStream("/kubernetes/" + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
