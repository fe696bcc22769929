package dev.whimbrel.runner.verify;

import com.google.re2j.Pattern;
import dev.whimbrel.protocol.RunnerInput.HttpCheck;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Sends the GET request of one check and judges the answer. Redirects are followed within the same
 * origin, and to another one only where no headers would go there. At most a MiB of the body is
 * read, and nothing of it is kept.
 */
final class HttpProbe {

  private static final int MAX_BODY = 1024 * 1024;
  private static final int MAX_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final HttpClient client;
  private final HttpCheck check;
  private final Map<String, String> headers;
  private final Optional<Pattern> pattern;

  HttpProbe(HttpClient client, HttpCheck check, Map<String, String> headers) {
    this.client = client;
    this.check = check;
    this.headers = headers;
    this.pattern = Optional.ofNullable(check.bodyPattern()).map(Pattern::compile);
  }

  /** A client that follows nothing by itself, keeps no cookies and asks no proxy. */
  static HttpClient client() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(HttpClient.Builder.NO_PROXY)
        .build();
  }

  /** Sends it once. */
  Answer get() throws InterruptedException {
    // The client's own timeout ends with the headers; the body counts too.
    FutureTask<Answer> exchange = new FutureTask<>(this::exchange);
    Thread.ofVirtual().name("http-" + check.name()).start(exchange);
    try {
      return exchange.get(check.timeoutMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return new Answer.Bad("did not answer within " + check.timeoutMillis() + " ms", false);
    } catch (ExecutionException e) {
      return new Answer.Bad("could not be sent: " + e.getCause().getClass().getSimpleName(), false);
    } finally {
      exchange.cancel(true);
    }
  }

  private Answer exchange() throws InterruptedException {
    long began = System.nanoTime();
    try {
      URI uri = URI.create(check.url());
      for (int i = 0; i <= MAX_REDIRECTS; i++) {
        if (Addresses.isForbidden(uri)) {
          return new Answer.Bad(
              "leads to " + uri.getHost() + ", a metadata server or link-local address", true);
        }
        HttpResponse<InputStream> response =
            client.send(request(uri), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          Optional<URI> next = redirect(uri, response);
          if (next.isEmpty()) {
            return judge(response.statusCode(), body, began);
          }
          if (!headers.isEmpty() && !isSameOrigin(uri, next.get())) {
            return new Answer.Bad(
                "redirects to " + origin(next.get()) + ", where the headers are not sent", true);
          }
          uri = next.get();
        }
      }
      return new Answer.Bad("redirects more than " + MAX_REDIRECTS + " times", true);
    } catch (IllegalArgumentException e) {
      // Its message may repeat a header.
      return new Answer.Bad(
          "cannot be sent: the URL, or the name or value of a header, is not valid", true);
    } catch (IOException e) {
      return new Answer.Bad(why(e), false);
    }
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).GET().timeout(Duration.ofMillis(check.timeoutMillis()));
    request.setHeader("User-Agent", "whimbrel");
    headers.forEach(request::setHeader);
    return request.build();
  }

  private Answer judge(int status, InputStream body, long began) throws IOException {
    byte[] bytes = body.readNBytes(MAX_BODY);
    long nanos = System.nanoTime() - began;
    if (status != check.expectStatus()) {
      return new Answer.Bad("answered " + status + " instead of " + check.expectStatus(), false);
    }
    boolean matches =
        pattern
            .map(wanted -> wanted.matcher(new String(bytes, StandardCharsets.UTF_8)).find())
            .orElse(true);
    return matches
        ? new Answer.Good(nanos)
        : new Answer.Bad(
            "answered " + status + ", but the body does not match its bodyPattern", false);
  }

  private Optional<URI> redirect(URI from, HttpResponse<?> response) {
    boolean expected = response.statusCode() == check.expectStatus();
    return expected || !REDIRECTS.contains(response.statusCode())
        ? Optional.empty()
        : response
            .headers()
            .firstValue("Location")
            .map(from::resolve)
            .filter(to -> to.getHost() != null)
            .filter(to -> Set.of("http", "https").contains(to.getScheme()));
  }

  private static boolean isSameOrigin(URI a, URI b) {
    return origin(a).equals(origin(b));
  }

  private static String origin(URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
    return uri.getScheme() + "://" + uri.getHost() + ":" + port;
  }

  private static String why(IOException e) {
    String said = Objects.toString(e.getMessage(), "");
    return switch (e) {
      case UnknownHostException unknown -> "has a host that no name server knows";
      case HttpTimeoutException late -> "did not answer in time";
      case ConnectException refused -> "is not reachable" + (said.isEmpty() ? "" : ": " + said);
      case SSLException tls -> "has no TLS connection that is trusted: " + said;
      default -> "broke off: " + (said.isEmpty() ? e.getClass().getSimpleName() : said);
    };
  }
}
