package dev.whimbrel.testkit.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.whimbrel.testkit.files.TemporaryFolder;
import dev.whimbrel.testkit.process.GoPrograms;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The Helm chart of this repository, rendered by the real Helm, which is built on first use from a
 * pinned Go module and cached like the programs of Kubernetes.
 *
 * <p>Tests of the operator use it to run under exactly the roles that the chart grants.
 */
public final class Chart {

  /** The version of Helm that is built. */
  public static final String HELM_VERSION = "4.1.4";

  private static final GoPrograms.Program HELM =
      new GoPrograms.Program("helm", "helm.sh/helm/v4/cmd/helm", "about 3 minutes");
  private static final List<String> FLAGS =
      List.of(
          "-trimpath",
          "-ldflags=-s -w -X helm.sh/helm/v4/internal/version.version=v" + HELM_VERSION);
  private static final long LIMIT_SECONDS = 60;

  /** What would start something, or needs a CRD that not every cluster has. */
  private static final Set<String> WORKLOADS =
      Set.of("Deployment", "PodDisruptionBudget", "Service", "ServiceMonitor");

  private final Path directory;
  private final GoPrograms programs;

  private Chart(Path directory, GoPrograms programs) {
    this.directory = directory;
    this.programs = programs;
  }

  /** The chart {@code helm/whimbrel}, and Helm in the user's cache. */
  public static Chart inRepository() {
    return new Chart(
        Repository.root().resolve("helm/whimbrel"),
        new GoPrograms(
            "helm",
            HELM_VERSION,
            FLAGS,
            KubernetesBinaries.userCache().resolve("helm"),
            System.err::println));
  }

  /** Whether Helm is built already or there is a Go toolchain to build it. */
  public boolean renderable() {
    return programs.cached(HELM) || GoPrograms.goOnPath();
  }

  /**
   * The manifests of a release, in the order in which Helm applies them.
   *
   * @param values what differs from values.yaml
   * @throws IllegalArgumentException when the chart refuses the values; the message is Helm's
   */
  public List<HasMetadata> render(String release, String namespace, Map<String, ?> values) {
    String rendered =
        withValues(
            values,
            file ->
                helm(
                    "template",
                    release,
                    directory.toString(),
                    "--namespace",
                    namespace,
                    "--values",
                    file.toString()));
    return Arrays.stream(rendered.split("(?m)^---$"))
        .filter(Predicate.not(String::isBlank))
        .map(document -> (HasMetadata) Serialization.unmarshal(document))
        .toList();
  }

  /**
   * What {@code helm lint --strict} says.
   *
   * @throws IllegalArgumentException when it finds a warning or an error
   */
  public String lint(Map<String, ?> values) {
    return withValues(
        values,
        file -> helm("lint", directory.toString(), "--strict", "--values", file.toString()));
  }

  /**
   * Applies CRDs, service account, roles and bindings of a release, but nothing that runs: the
   * operator then runs in the test's own process, with the service account's token.
   *
   * @param admin may do everything
   * @param namespace of the operator; must exist, as must those in {@code watchNamespaces}
   * @return the name of the operator's service account in that namespace
   */
  public String installRoles(KubernetesClient admin, String namespace, Map<String, ?> values) {
    List<HasMetadata> manifests = new ArrayList<>(render(namespace, namespace, values));
    manifests.removeIf(manifest -> WORKLOADS.contains(manifest.getKind()));
    for (HasMetadata manifest : manifests) {
      admin.resource(manifest).forceConflicts().serverSideApply();
    }
    Crds.awaitServed(admin);
    return manifests.stream()
        .filter(ServiceAccount.class::isInstance)
        .findFirst()
        .orElseThrow()
        .getMetadata()
        .getName();
  }

  private interface Command {
    String run(Path valuesFile) throws IOException;
  }

  private static String withValues(Map<String, ?> values, Command command) {
    try {
      Path file = Files.createTempFile("whimbrel-values", ".yaml");
      try {
        Files.writeString(file, Serialization.asJson(values));
        return command.run(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String helm(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(programs.path(HELM).toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("whimbrel-helm", ".out");
    Path home = TemporaryFolder.create("helm");
    ProcessBuilder builder = new ProcessBuilder(command);
    // Nothing of the user's own Helm: no plugins, no repositories, no cluster.
    for (String variable : List.of("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")) {
      builder.environment().put(variable, home.toString());
    }
    builder.environment().remove("KUBECONFIG");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("helm did not end within " + LIMIT_SECONDS + " s");
      }
      String text = Files.readString(output, UTF_8);
      if (process.exitValue() != 0) {
        throw new IllegalArgumentException(text.strip());
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while helm ran", e);
    } finally {
      process.destroyForcibly();
      Files.delete(output);
      TemporaryFolder.delete(home);
    }
  }
}
