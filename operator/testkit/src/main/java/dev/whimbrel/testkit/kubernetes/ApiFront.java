package dev.whimbrel.testkit.kubernetes;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import java.io.OutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * The HTTP server before the in-memory store: what {@link ApiAdditions} does not answer goes to the
 * store as it is, watches (WebSockets) included.
 */
final class ApiFront implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2).setWorkerPoolSize(2));
  private final HttpClient backend;
  private final HttpServer server;
  private final int storePort;
  private final ApiAdditions additions;

  ApiFront(int storePort, ApiAdditions additions) {
    this.storePort = storePort;
    this.additions = additions;
    this.backend =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setDefaultHost(LOOPBACK)
                .setDefaultPort(storePort)
                .setMaxPoolSize(64));
    this.server =
        vertx
            .createHttpServer(
                new HttpServerOptions().setHost(LOOPBACK).setPort(0).setMaxInitialLineLength(65536))
            .requestHandler(this::handle);
    server.listen().toCompletionStage().toCompletableFuture().join();
  }

  String url() {
    return "http://" + LOOPBACK + ":" + server.actualPort();
  }

  private void handle(HttpServerRequest request) {
    if ("websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
      bridge(request);
      return;
    }
    request
        .body()
        .onSuccess(body -> answer(request, body))
        .onFailure(failure -> fail(request.response(), failure));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    ApiRequest call =
        new ApiRequest(
            request.method().name(),
            request.path(),
            parameters(request.params()),
            "" + request.getHeader("Content-Type"),
            body.toString());
    if (!additions.handles(call)) {
      forward(request, body);
      return;
    }
    Thread.ofVirtual()
        .name("api-addition")
        .start(() -> {
          try {
            additions.answer(call, new VertxReply(request.response()));
          } catch (RuntimeException e) {
            fail(request.response(), e);
          }
        });
  }

  private void forward(HttpServerRequest request, Buffer body) {
    backend
        .request(new RequestOptions().setMethod(request.method()).setURI(request.uri()))
        .compose(out -> {
          request.headers().forEach((name, value) -> copy(out.headers(), name, value));
          return out.send(body);
        })
        .compose(in ->
            in.body()
                .compose(content -> {
                  HttpServerResponse response = request.response();
                  response.setStatusCode(in.statusCode());
                  in.headers().forEach((name, value) -> copy(response.headers(), name, value));
                  return response.end(content);
                }))
        .onFailure(failure -> fail(request.response(), failure));
  }

  /** Lengths are set anew, and a connection is nobody's business but its two ends'. */
  private static void copy(MultiMap headers, String name, String value) {
    switch (name.toLowerCase(java.util.Locale.ROOT)) {
      case "content-length", "transfer-encoding", "connection", "host" -> {}
      default -> headers.add(name, value);
    }
  }

  private void bridge(HttpServerRequest request) {
    request.pause();
    backend
        .webSocket(
            new WebSocketConnectOptions()
                .setHost(LOOPBACK)
                .setPort(storePort)
                .setURI(request.uri()))
        .onSuccess(inner -> {
          inner.pause();
          Future<ServerWebSocket> upgrade = request.toWebSocket();
          upgrade.onSuccess(outer -> connect(inner, outer));
          upgrade.onFailure(failure -> inner.close());
          request.resume();
        })
        .onFailure(failure -> fail(request.response(), failure));
  }

  private static void connect(WebSocket inner, ServerWebSocket outer) {
    inner.textMessageHandler(outer::writeTextMessage);
    inner.closeHandler(closed -> outer.close());
    outer.closeHandler(closed -> inner.close());
    inner.resume();
  }

  private static Map<String, String> parameters(MultiMap map) {
    Map<String, String> parameters = new TreeMap<>();
    map.forEach(parameters::put);
    return parameters;
  }

  private static void fail(HttpServerResponse response, Throwable failure) {
    if (!response.ended() && !response.headWritten()) {
      response.setStatusCode(500).end("in-memory Kubernetes: " + failure);
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Answers through Vert.x; a write waits until the reader has taken the one before. */
  private record VertxReply(HttpServerResponse response) implements ApiReply {

    @Override
    public void json(int code, String body) {
      response.setStatusCode(code).putHeader("Content-Type", "application/json").end(body);
    }

    @Override
    public OutputStream text() {
      response.setChunked(true).putHeader("Content-Type", "text/plain");
      return new OutputStream() {
        @Override
        public void write(int value) {
          write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          response
              .write(Buffer.buffer(length).appendBytes(bytes, offset, length))
              .toCompletionStage()
              .toCompletableFuture()
              .join();
        }

        @Override
        public void close() {
          response.end();
        }
      };
    }
  }
}
