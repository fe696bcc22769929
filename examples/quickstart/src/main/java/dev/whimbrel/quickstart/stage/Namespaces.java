package dev.whimbrel.quickstart.stage;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Namespaces of the quickstart. */
public final class Namespaces {

  private static final long LIMIT_SECONDS = 30;

  private Namespaces() {}

  /** Creates a namespace. */
  public static void create(KubernetesClient client, String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .create();
  }

  /** Creates a namespace and returns once pods can be created in it. */
  public static void createForPods(KubernetesClient client, String name) {
    create(client, name);
    client
        .serviceAccounts()
        .inNamespace(name)
        .withName("default")
        .waitUntilCondition(Objects::nonNull, LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
