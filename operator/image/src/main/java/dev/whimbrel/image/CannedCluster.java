package dev.whimbrel.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The least that an operator takes for a Kubernetes API: one new DatabaseMigration, whose status it
 * remembers, and nothing else; whatever is written comes back as it was sent. On the loopback
 * interface.
 */
final class CannedCluster implements AutoCloseable {

  private static final String MIGRATION =
      """
      {"apiVersion": "whimbrel.dev/v1alpha1", "kind": "DatabaseMigration",
       "metadata": {"name": "orders", "namespace": "shop", "uid": "0", "generation": 1,
         "resourceVersion": "1", "creationTimestamp": "2026-01-01T00:00:00Z"},
       "spec": {
         "database": {"postgres": {"host": "db", "port": 5432, "database": "orders",
           "sslMode": "disable", "credentials": {"secretRef":
             {"name": "orders-db", "userKey": "username", "passwordKey": "password"}}}},
         "source": {"flyway": {"configMaps": ["orders-sql"], "table": "flyway_schema_history",
           "target": "latest", "outOfOrder": false, "mixed": false, "group": false}},
         "approval": {"policy": "Always", "count": 1, "expiresAfter": "24h"},
         "run": {"serviceAccountName": "default", "backend": "KubernetesJob", "deadline": "30m",
           "onlineDeadline": "24h", "startTimeout": "5m", "retries": 2,
           "guard": {"lockTimeout": "2s", "maxBlockedSessions": 5}},
         "suspend": false}}
      """;

  private static final String CONFIG_MAP =
      """
      {"apiVersion": "v1", "kind": "ConfigMap",
       "metadata": {"name": "orders-sql", "namespace": "shop", "resourceVersion": "1"},
       "immutable": true, "data": {"V1__orders.sql": "CREATE TABLE orders (id bigint)"}}
      """;

  private static final String LIST =
      """
      {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "1"}, "items": [%s]}
      """;

  private static final String ABSENT =
      """
      {"apiVersion": "v1", "kind": "Status", "status": "Failure", "reason": "NotFound", "code": 404}
      """;

  private final HttpServer server;
  private final ExecutorService requestsAtOnce = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch jobCreated = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile String migration = MIGRATION;
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();

  private CannedCluster(HttpServer server) {
    this.server = server;
  }

  static CannedCluster start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CannedCluster cluster = new CannedCluster(server);
    server.createContext("/", cluster::answer);
    server.setExecutor(cluster.requestsAtOnce);
    server.start();
    return cluster;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  boolean awaitJob(Duration limit) throws InterruptedException {
    return jobCreated.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What was asked for so far, method and path. */
  Queue<String> requests() {
    return requests;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      requests.add(exchange.getRequestMethod() + " " + path);
      String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      if (!exchange.getRequestMethod().equals("GET")) {
        if (path.endsWith("/databasemigrations/orders/status")) {
          migration = sent;
        }
        send(exchange, 200, sent);
        if (path.endsWith("/jobs")) {
          jobCreated.countDown();
        }
      } else if ("websocket".equals(exchange.getRequestHeaders().getFirst("Upgrade"))) {
        // No WebSockets here; the client then watches by an ordinary request.
        send(exchange, 503, ABSENT);
      } else if (String.valueOf(exchange.getRequestURI().getQuery()).contains("watch=true")) {
        exchange.sendResponseHeaders(200, 0);
        closed.await();
      } else {
        get(exchange, path);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void get(HttpExchange exchange, String path) throws IOException {
    if (path.endsWith("/databasemigrations")) {
      send(exchange, 200, LIST.formatted(migration));
    } else if (path.endsWith("/databasemigrations/orders")) {
      send(exchange, 200, migration);
    } else if (path.endsWith("/configmaps/orders-sql")) {
      send(exchange, 200, CONFIG_MAP);
    } else if (path.matches(".*/namespaces/[^/]+/[^/]+/[^/]+")) {
      send(exchange, 404, ABSENT);
    } else {
      send(exchange, 200, LIST.formatted(""));
    }
  }

  private static void send(HttpExchange exchange, int code, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    requestsAtOnce.shutdownNow();
  }
}
