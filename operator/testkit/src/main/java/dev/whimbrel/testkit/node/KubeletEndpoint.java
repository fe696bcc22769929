package dev.whimbrel.testkit.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.whimbrel.testkit.kubernetes.CertificateAuthority;
import dev.whimbrel.testkit.kubernetes.CertificateAuthority.Identity;
import dev.whimbrel.testkit.node.ContainerStatusValue.Waiting;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * The port by which an API server fetches logs from a node: {@code
 * /containerLogs/NAMESPACE/POD/CONTAINER} with {@code follow}, {@code tailLines}, {@code
 * limitBytes} and {@code previous}, on loopback, under a certificate of its own.
 */
final class KubeletEndpoint implements AutoCloseable {

  private final HttpsServer server;
  private final PodLookup pods;

  /** Finds the pod of a name. */
  @FunctionalInterface
  interface PodLookup {
    Optional<PodRun> find(String namespace, String name);
  }

  KubeletEndpoint(PodLookup pods) {
    this.pods = pods;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
      server.setHttpsConfigurator(new HttpsConfigurator(tls()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot set up TLS for a simulated node", e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/containerLogs/", this::handle);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String[] path = exchange.getRequestURI().getPath().split("/");
      Optional<PodRun> pod = path.length == 5 ? pods.find(path[2], path[3]) : Optional.empty();
      Optional<ContainerRun> run =
          pod.flatMap(it -> it.all().filter(c -> c.name().equals(path[4])).findFirst());
      Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
      if (run.isEmpty()) {
        refuse(exchange, 404, "container not found in " + exchange.getRequestURI().getPath());
      } else if (Boolean.parseBoolean(query.get("previous"))) {
        refuse(
            exchange,
            400,
            "previous terminated container \"%s\" in pod \"%s\" not found"
                .formatted(path[4], path[3]));
      } else if (run.get().state() instanceof Waiting(String reason, String _)) {
        refuse(
            exchange,
            400,
            "container \"%s\" in pod \"%s\" is waiting to start: %s"
                .formatted(path[4], path[3], reason));
      } else {
        send(exchange, run.get(), query);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, ContainerRun run, Map<String, String> query)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream body = exchange.getResponseBody()) {
      new LogStream(run, query).copyTo(body);
    } catch (IOException e) {
      // The reader has gone; a follower usually ends like this.
      return;
    }
  }

  private static void refuse(HttpExchange exchange, int code, String message) throws IOException {
    byte[] body = message.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  private static Map<String, String> query(String raw) {
    return Arrays.stream((raw == null ? "" : raw).split("&"))
        .map(pair -> pair.split("=", 2))
        .filter(pair -> pair.length == 2)
        .collect(
            Collectors.toMap(
                pair -> pair[0],
                pair -> URLDecoder.decode(pair[1], UTF_8),
                (first, second) -> second));
  }

  private static SSLContext tls() throws GeneralSecurityException, IOException {
    Identity identity =
        CertificateAuthority.create("simulated-node")
            .server("simulated-node", List.of(), List.of("127.0.0.1"), List.of("localhost"));
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "kubelet",
        identity.keys().getPrivate(),
        new char[0],
        new Certificate[] {identity.certificate()});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
