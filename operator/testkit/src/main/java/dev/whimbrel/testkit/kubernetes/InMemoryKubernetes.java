package dev.whimbrel.testkit.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A Kubernetes API within this JVM, up in a second: fabric8's in-memory server behind a front of
 * ours that adds what pods, Jobs and an operator cannot do without.
 *
 * <p>It has objects, watches, optimistic locking, finalizers and status subresources of custom
 * resources. The front adds JSON merge patches by the book, an approximation of server-side apply
 * (merge; fields are never taken away from other managers), bindings, graceful deletion of pods
 * that are on a node, logs from the pod's node (followed too), and "yes" to every question about
 * permissions; {@link InMemoryJobController} runs Jobs. It has no validation, defaulting,
 * admission, permissions, garbage collection or discovery: kubectl cannot use it, and whatever
 * depends on those is for {@link ControlPlane}.
 */
public final class InMemoryKubernetes implements AutoCloseable {

  /** Reports every request at INFO; held here because loggers are otherwise forgotten. */
  private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver");

  private final KubernetesMockServer store;
  private final KubernetesClient storeClient;
  private final ApiFront front;
  private final KubernetesClient client;
  private final InMemoryJobController jobs;
  private final List<KubernetesClient> others = new CopyOnWriteArrayList<>();

  private final Thread forgetting;

  private InMemoryKubernetes() {
    REQUESTS.setLevel(Level.WARNING);
    MockWebServer web = new MockWebServer();
    store =
        new KubernetesMockServer(
            new Context(), web, new HashMap<>(), new KubernetesCrudDispatcher(), false);
    store.init(InetAddress.getLoopbackAddress(), 0);
    forgetting = Thread.ofVirtual().name("in-memory-forget").start(() -> forgetRequests(web));
    storeClient = clientOf("http://127.0.0.1:" + store.getPort());
    front = new ApiFront(store.getPort(), new ApiAdditions(storeClient));
    client = clientOf(front.url());
    for (String name : List.of("default", "kube-system", "kube-node-lease")) {
      client
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
    jobs = InMemoryJobController.start(client);
  }

  /**
   * Starts an API that knows these custom resources.
   *
   * @param crds CustomResourceDefinitions as YAML, one or more documents each
   */
  public static InMemoryKubernetes start(String... crds) {
    InMemoryKubernetes kubernetes = new InMemoryKubernetes();
    try {
      for (String crd : crds) {
        kubernetes.register(crd);
      }
      return kubernetes;
    } catch (RuntimeException e) {
      kubernetes.close();
      throw e;
    }
  }

  /** Adds the CustomResourceDefinitions of a YAML text. */
  public void register(String crds) {
    List<HasMetadata> definitions =
        client.load(new ByteArrayInputStream(crds.getBytes(UTF_8))).items();
    definitions.forEach(definition -> client.resource(definition).create());
  }

  /** A client of this API; closed with it. */
  public KubernetesClient client() {
    return client;
  }

  /** One more client, as another process would have; closed with the API. */
  public KubernetesClient newClient() {
    KubernetesClient another = clientOf(front.url());
    others.add(another);
    return another;
  }

  /** The address of the API: plain HTTP on loopback, nobody is asked who they are. */
  public String url() {
    return front.url();
  }

  /** Ends the Job controller, the clients and the server. */
  @Override
  public void close() {
    jobs.close();
    others.forEach(KubernetesClient::close);
    client.close();
    front.close();
    storeClient.close();
    forgetting.interrupt();
    store.destroy();
  }

  /** The server keeps every request for tests that ask; we do not, and would run out of memory. */
  private static void forgetRequests(MockWebServer web) {
    try {
      while (true) {
        web.takeRequest();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static KubernetesClient clientOf(String url) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .withHttp2Disable(true)
                .withNoProxy("127.0.0.1", "localhost")
                .build())
        .build();
  }
}
