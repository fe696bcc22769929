package dev.whimbrel.e2e;

import dev.whimbrel.google.cloudsql.CloudSqlAdmin;
import dev.whimbrel.testkit.kubernetes.Chart;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The operator as a user installs it: the chart, with the image that ships, in a pod. */
final class InstalledOperator {

  /** Where it runs. */
  static final String NAMESPACE = "whimbrel-system";

  private static final String RELEASE = "whimbrel";
  private static final long LIMIT_SECONDS = 90;

  private final KubernetesClient client;

  private InstalledOperator(KubernetesClient client) {
    this.client = client;
  }

  /** Installs it, unless another test of this JVM has done so. */
  static InstalledOperator install(Surroundings surroundings) {
    KubernetesClient client = surroundings.client();
    if (client.namespaces().withName(NAMESPACE).get() != null) {
      return new InstalledOperator(client);
    }
    surroundings.createNamespace(NAMESPACE);
    List<HasMetadata> manifests =
        new ArrayList<>(Chart.inRepository().render(RELEASE, NAMESPACE, values(surroundings)));
    for (HasMetadata manifest : manifests) {
      client.resource(manifest).forceConflicts().serverSideApply();
    }
    InstalledOperator operator = new InstalledOperator(client);
    operator.awaitReady();
    return operator;
  }

  private static Map<String, ?> values(Surroundings surroundings) {
    int colon = surroundings.image().lastIndexOf(':');
    Map<String, String> image =
        Map.of(
            "repository", surroundings.image().substring(0, colon),
            "tag", surroundings.image().substring(colon + 1));
    return Map.of(
        "image",
        image,
        "runner",
        Map.of(
            "env",
            List.of(
                variable(
                    CloudSqlAdmin.ENDPOINT_VARIABLE, surroundings.google().endpoint().toString()),
                // The fake has no certificate, so sessions go where a Cloud SQL Auth Proxy would
                // be.
                variable(
                    "WHIMBREL_CLOUDSQL_ADDRESS",
                    surroundings.instance().address() + ":" + surroundings.instance().port()))));
  }

  private static Map<String, String> variable(String name, String value) {
    return Map.of("name", name, "value", value);
  }

  private void awaitReady() {
    try {
      client
          .apps()
          .deployments()
          .inNamespace(NAMESPACE)
          .withName(RELEASE)
          .waitUntilReady(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (KubernetesClientException e) {
      throw new IllegalStateException(
          "the operator is not ready; its log:\n" + PodLogs.of(client, NAMESPACE), e);
    }
  }
}
