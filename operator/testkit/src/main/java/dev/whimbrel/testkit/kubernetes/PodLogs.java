package dev.whimbrel.testkit.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** Fetches a pod's log from its node's kubelet port, as an API server does. */
final class PodLogs {

  private final KubernetesClient store;
  private final HttpClient http = HttpClient.newBuilder().sslContext(trusting()).build();

  PodLogs(KubernetesClient store) {
    this.store = store;
  }

  void send(String namespace, String name, Map<String, String> query, ApiReply reply) {
    Pod pod = store.pods().inNamespace(namespace).withName(name).get();
    if (pod == null) {
      throw new KubernetesClientException("pods \"" + name + "\" not found", 404, null);
    }
    String node = pod.getSpec().getNodeName();
    if (node == null) {
      throw new KubernetesClientException(
          "pod " + name + " does not have a host assigned", 400, null);
    }
    URI uri =
        URI.create(
            "https://127.0.0.1:%d/containerLogs/%s/%s/%s?%s"
                .formatted(port(node), namespace, name, container(pod, query), encoded(query)));
    try {
      HttpResponse<InputStream> response =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          String message = new String(body.readAllBytes(), StandardCharsets.UTF_8);
          throw new KubernetesClientException(message, response.statusCode(), null);
        }
        copy(body, reply);
      }
    } catch (IOException e) {
      throw new KubernetesClientException("node " + node + " does not answer: " + e, 500, null);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(InputStream body, ApiReply reply) throws IOException {
    byte[] buffer = new byte[16 * 1024];
    try (OutputStream out = reply.text()) {
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
  }

  private int port(String name) {
    Node node = store.nodes().withName(name).get();
    if (node == null) {
      throw new KubernetesClientException("nodes \"" + name + "\" not found", 404, null);
    }
    return node.getStatus().getDaemonEndpoints().getKubeletEndpoint().getPort();
  }

  private static String container(Pod pod, Map<String, String> query) {
    if (query.containsKey("container")) {
      return query.get("container");
    }
    List<Container> containers = pod.getSpec().getContainers();
    if (containers.size() > 1) {
      throw new KubernetesClientException(
          "a container name must be specified for pod " + pod.getMetadata().getName(), 400, null);
    }
    return containers.getFirst().getName();
  }

  private static String encoded(Map<String, String> query) {
    return query.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("container"))
        .map(entry ->
            entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  /** An API server does not check a kubelet's certificate by default either. */
  private static SSLContext trusting() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  private static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
