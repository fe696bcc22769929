package dev.whimbrel.controller.act;

import dev.whimbrel.api.v1alpha1.CloudSqlDatabase;
import dev.whimbrel.api.v1alpha1.CloudSqlProxy;
import dev.whimbrel.api.v1alpha1.Database;
import dev.whimbrel.controller.ContainerNames;
import dev.whimbrel.protocol.Step;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Cloud SQL Auth Proxy as a native sidecar: an init container that stays. The kubelet starts
 * the others once it listens, and ends it after them; nobody has to tell it that they are done.
 */
final class ProxySidecar {

  /** As the runner reads it. An endpoint in the clear is a stand-in, which gets no real token. */
  private static final String ENDPOINT_VARIABLE = "WHIMBREL_SQLADMIN_ENDPOINT";

  /** Not a port that a tool's image is likely to use: all containers of a pod share one address. */
  private static final int HEALTH_PORT = 9801;

  private ProxySidecar() {}

  /** The parts of a pod with these steps; none where it has no proxy, or no session. */
  static PodParts parts(Database database, List<Step> steps, RunnerImage own) {
    CloudSqlDatabase instance = database.cloudSQL();
    boolean proxied = instance != null && CloudSqlDatabase.PROXY.equals(instance.connect());
    if (!proxied || steps.equals(List.of(Step.BACKUP))) {
      return PodParts.NONE;
    }
    return new PodParts(
        List.of(), List.of(), List.of(), List.of(container(instance, own)), List.of());
  }

  /** Where it listens on 127.0.0.1. */
  static int port(CloudSqlDatabase database) {
    return settings(database).map(CloudSqlProxy::port).orElse(CloudSqlProxy.PORT);
  }

  private static Optional<CloudSqlProxy> settings(CloudSqlDatabase database) {
    return Optional.ofNullable(database.proxy());
  }

  private static Container container(CloudSqlDatabase database, RunnerImage own) {
    return new ContainerBuilder()
        .withName(ContainerNames.PROXY)
        .withImage(settings(database).map(CloudSqlProxy::image).orElse(CloudSqlProxy.IMAGE))
        .withArgs(arguments(database, own))
        .withRestartPolicy("Always")
        .withNewStartupProbe()
        .withNewHttpGet()
        .withPath("/startup")
        .withPort(new IntOrString(HEALTH_PORT))
        .endHttpGet()
        .withPeriodSeconds(1)
        .withTimeoutSeconds(5)
        .withFailureThreshold(60)
        .endStartupProbe()
        .withResources(
            settings(database).map(CloudSqlProxy::resources).orElseGet(ProxySidecar::resources))
        .withSecurityContext(OwnContainer.confined())
        .build();
  }

  private static List<String> arguments(CloudSqlDatabase database, RunnerImage own) {
    boolean iam = database.credentials().iam() != null;
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--private-ip",
                "--address=127.0.0.1",
                "--port=" + port(database),
                "--structured-logs",
                "--exit-zero-on-sigterm",
                "--health-check",
                // The kubelet asks at the pod's own address.
                "--http-address=0.0.0.0",
                "--http-port=" + HEALTH_PORT));
    if (iam) {
      arguments.add("--auto-iam-authn");
    }
    String endpoint = own.environment().getOrDefault(ENDPOINT_VARIABLE, "");
    if (!endpoint.isBlank()) {
      arguments.add("--sqladmin-api-endpoint=" + endpoint);
    }
    if (endpoint.startsWith("http:")) {
      arguments.add("--token=none");
      if (iam) {
        arguments.add("--login-token=none");
        // A token that is given does not say when it expires, so that the certificates made with
        // it count as expired, and are renewed in the background for ever (2.25.4).
        arguments.add("--lazy-refresh");
      }
    }
    arguments.add(database.instance());
    return arguments;
  }

  /** A migration has a handful of sessions. */
  private static ResourceRequirements resources() {
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", new Quantity("50m"))
        .addToRequests("memory", new Quantity("64Mi"))
        .addToLimits("memory", new Quantity("256Mi"))
        .build();
  }
}
