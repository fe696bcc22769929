package dev.whimbrel.testkit.kubernetes;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where this repository is checked out: tests and examples use its CRDs and its chart. */
public final class Repository {

  private Repository() {}

  /**
   * The folder that holds {@code crds} and {@code helm}: system property {@code whimbrel.root},
   * which Maven sets, else the nearest parent of the working directory.
   *
   * @throws IllegalStateException where there is none
   */
  public static Path root() {
    String named = System.getProperty("whimbrel.root", "");
    if (!named.isBlank()) {
      return Path.of(named);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("crds")) && Files.isDirectory(at.resolve("helm"))) {
        return at;
      }
    }
    throw new IllegalStateException(
        "neither the working directory nor a parent of it holds crds/ and helm/;"
            + " run from the repository or set -Dwhimbrel.root");
  }
}
