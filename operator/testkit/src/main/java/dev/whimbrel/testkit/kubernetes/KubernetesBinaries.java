package dev.whimbrel.testkit.kubernetes;

import dev.whimbrel.testkit.process.GoPrograms;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

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

  private final GoPrograms programs;

  private KubernetesBinaries(Path cache, Consumer<String> progress) {
    this.programs =
        new GoPrograms("kubernetes", VERSION, FLAGS, cache.resolve("kubernetes"), progress);
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
    return new KubernetesBinaries(cache, progress);
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
    return Arrays.stream(binaries).map(KubernetesBinary::program).allMatch(programs::cached);
  }

  /** Whether the binaries are built already or a Go toolchain is there to build them. */
  public boolean obtainable(KubernetesBinary... binaries) {
    return cached(binaries) || GoPrograms.goOnPath();
  }

  /**
   * The executable file of one binary, built now if need be.
   *
   * @throws IllegalStateException when it has to be built and cannot be: the message carries the
   *     end of the compiler's output
   */
  public Path path(KubernetesBinary binary) {
    return programs.path(binary.program());
  }

  /** Builds whatever is missing of the binaries, in the given order. */
  public void build(List<KubernetesBinary> binaries) {
    programs.build(binaries.stream().map(KubernetesBinary::program).toList());
  }
}
