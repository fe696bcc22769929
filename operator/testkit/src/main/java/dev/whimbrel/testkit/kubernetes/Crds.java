package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The published CRDs, {@code crds/} of this repository. */
public final class Crds {

  private static final long ESTABLISHED_SECONDS = 30;

  private Crds() {}

  /** The manifests, one file each, in the order of their names. */
  public static List<Path> files() {
    try (Stream<Path> files = Files.list(Repository.root().resolve("crds"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Creates or updates the CRDs and returns once the API server serves them.
   *
   * @param admin may write CustomResourceDefinitions
   */
  public static void install(KubernetesClient admin) {
    for (Path file : files()) {
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .load(file.toFile())
          .forceConflicts()
          .serverSideApply();
    }
    awaitServed(admin);
  }

  /** Returns once the API server serves all of them. */
  static void awaitServed(KubernetesClient admin) {
    for (Path file : files()) {
      String name = file.getFileName().toString().replace(".yaml", "");
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName(name)
          .waitUntilCondition(Crds::established, ESTABLISHED_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** The API server writes {@code conditions: null} until it has looked at a definition. */
  static boolean established(CustomResourceDefinition crd) {
    return crd != null
        && crd.getStatus() != null
        && crd.getStatus().getConditions() != null
        && crd.getStatus().getConditions().stream()
            .anyMatch(condition ->
                condition.getType().equals("Established") && condition.getStatus().equals("True"));
  }
}
