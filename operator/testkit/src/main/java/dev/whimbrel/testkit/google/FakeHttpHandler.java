package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** HTTP: reads requests, checks tokens, answers. */
final class FakeHttpHandler implements HttpHandler {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<RestApi> apis;
  private final MetadataApi metadata;
  private final FakeCalls calls;

  FakeHttpHandler(List<RestApi> apis, MetadataApi metadata, FakeCalls calls) {
    this.apis = List.copyOf(apis);
    this.metadata = metadata;
    this.calls = calls;
  }

  /**
   * What is sent back.
   *
   * @param status 0 drops the connection instead
   */
  private record Answer(int status, String type, String body) {

    static Answer json(int status, JsonNode body) {
      return new Answer(status, "application/json; charset=UTF-8", body.toString());
    }

    static Answer error(RestApi api, ApiError error) {
      return json(error.status(), api.error(error));
    }

    static Answer dropped() {
      return new Answer(0, "", "");
    }
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = body(exchange);
      String path = exchange.getRequestURI().getPath();
      if (MetadataApi.serves(path)) {
        note(exchange, ApiCall.METADATA, body, answerMetadata(exchange, path));
      } else {
        RestRequest request =
            new RestRequest(
                method(exchange), path, query(exchange.getRequestURI().getRawQuery()), parse(body));
        RestApi api = api(path);
        note(exchange, api.call(request), body, answer(exchange, api, request));
      }
    }
  }

  /** What is nobody's own is answered as Cloud SQL does. */
  private RestApi api(String path) {
    return apis.stream().filter(api -> api.serves(path)).findFirst().orElse(apis.getFirst());
  }

  /** Clients that cannot PATCH say so in a header. */
  private static String method(HttpExchange exchange) {
    String override = exchange.getRequestHeaders().getFirst("X-Http-Method-Override");
    return override == null ? exchange.getRequestMethod() : override;
  }

  private Answer answer(HttpExchange exchange, RestApi api, RestRequest request) {
    // Any token will do: who may do what is not modelled, FakeFault.denied() stands for it.
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization == null || !authorization.startsWith("Bearer ")) {
      return Answer.error(
          api,
          new ApiError(
              401,
              "required",
              "Request is missing required authentication credential. Expected OAuth 2 access"
                  + " token, login cookie or other valid authentication credential."));
    }
    return switch (calls.answer(api, request)) {
      case FakeCalls.Reply.Done(JsonNode body) -> Answer.json(200, body);
      case FakeCalls.Reply.Refused(ApiError error) -> Answer.error(api, error);
      case FakeCalls.Reply.Dropped() -> Answer.dropped();
    };
  }

  private Answer answerMetadata(HttpExchange exchange, String path) {
    // Without this header a real metadata server refuses, so that no browser can be tricked.
    if (!path.equals("/")
        && !"Google".equals(exchange.getRequestHeaders().getFirst("Metadata-Flavor"))) {
      return new Answer(403, "text/plain", "Missing Metadata-Flavor:Google header.\n");
    }
    exchange.getResponseHeaders().set("Metadata-Flavor", "Google");
    exchange.getResponseHeaders().set("Server", "Metadata Server for VM");
    return metadata
        .get(path)
        .map(found -> new Answer(200, found.type(), found.body()))
        .orElse(new Answer(404, "text/plain", "Not Found\n"));
  }

  private void note(HttpExchange exchange, ApiCall call, String body, Answer answer)
      throws IOException {
    calls.note(
        call,
        exchange.getRequestMethod(),
        exchange.getRequestURI().toString(),
        body,
        answer.status());
    if (answer.status() == 0) {
      // Closing an exchange that was never answered closes the connection.
      return;
    }
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Google's Java client sends chunked and gzipped bodies. */
  private static String body(HttpExchange exchange) throws IOException {
    InputStream raw = exchange.getRequestBody();
    boolean gzip =
        "gzip".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream decoded = gzip ? new GZIPInputStream(raw) : raw) {
      return new String(decoded.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.objectNode();
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (raw != null) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        parameters.put(decode(key), decode(value));
      }
    }
    return parameters;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
