package dev.whimbrel.runner.verify;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An application on the loopback address that answers as a test wants. */
final class TestApplication implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Map<String, List<String>>> requests =
      Collections.synchronizedList(new ArrayList<>());

  TestApplication() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** The same server under another name, which is another host. */
  String otherHost(String path) {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  /** The headers of every request so far. */
  List<Map<String, List<String>>> requests() {
    return List.copyOf(requests);
  }

  TestApplication on(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          requests.add(Map.copyOf(exchange.getRequestHeaders()));
          try (exchange) {
            handler.answer(exchange);
          }
        });
    return this;
  }

  static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(bytes);
      }
    }
  }

  static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    answer(exchange, 302, "");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  /** Answers a request. */
  interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }
}
