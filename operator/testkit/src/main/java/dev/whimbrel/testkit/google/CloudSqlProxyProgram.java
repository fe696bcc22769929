package dev.whimbrel.testkit.google;

import dev.whimbrel.testkit.kubernetes.KubernetesBinaries;
import dev.whimbrel.testkit.process.GoPrograms;
import java.nio.file.Path;
import java.util.List;

/**
 * Google's own Cloud SQL Auth Proxy, built on first use from its pinned Go module and cached like
 * the programs of Kubernetes: the fake is held to what it expects.
 */
public final class CloudSqlProxyProgram {

  /** The version that is built. */
  public static final String VERSION = "2.25.4";

  private static final GoPrograms.Program PROGRAM =
      new GoPrograms.Program(
          "cloud-sql-proxy",
          "github.com/GoogleCloudPlatform/cloud-sql-proxy/v2",
          "about 2 minutes");

  private final GoPrograms programs;

  private CloudSqlProxyProgram(GoPrograms programs) {
    this.programs = programs;
  }

  /** The program in the user's cache, with progress on standard error. */
  public static CloudSqlProxyProgram inUserCache() {
    return new CloudSqlProxyProgram(
        new GoPrograms(
            "cloud-sql-proxy",
            VERSION,
            List.of("-trimpath", "-ldflags=-s -w"),
            KubernetesBinaries.userCache().resolve("cloud-sql-proxy"),
            System.err::println));
  }

  /** Whether it is built already or there is a Go toolchain to build it. */
  public boolean obtainable() {
    return programs.cached(PROGRAM) || GoPrograms.goOnPath();
  }

  /**
   * The executable file, built now if need be.
   *
   * @throws IllegalStateException when it has to be built and cannot be
   */
  public Path path() {
    return programs.path(PROGRAM);
  }
}
