package dev.whimbrel.controller.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.javaoperatorsdk.operator.RuntimeInfo;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** {@code /livez}, {@code /readyz} and {@code /metrics} on the JDK's own HTTP server. */
final class HealthServer implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

  HealthServer(int port, RuntimeInfo runtime, PrometheusMeterRegistry meters) throws IOException {
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(executor);
    // Alive until a watch is broken for good; a replica that waits for its turn is alive.
    probe("/livez", () -> !runtime.isStarted() || runtime.allEventSourcesAreHealthy());
    probe("/readyz", runtime::isStarted);
    server.createContext(
        "/metrics",
        exchange ->
            answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape()));
  }

  private void probe(String path, BooleanSupplier healthy) {
    server.createContext(
        path,
        exchange -> {
          boolean ok = healthy.getAsBoolean();
          answer(exchange, ok ? 200 : 503, "text/plain", ok ? "ok\n" : "not yet\n");
        });
  }

  private static void answer(HttpExchange exchange, int code, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void start() {
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
