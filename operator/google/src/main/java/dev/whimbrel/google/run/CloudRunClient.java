package dev.whimbrel.google.run;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleErrors;
import dev.whimbrel.google.GoogleException;
import dev.whimbrel.google.GoogleException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@link CloudRunApi} over the Cloud Run Admin API v2. Every request is sent once. */
public final class CloudRunClient implements CloudRunApi {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_CLOUDRUN_ENDPOINT";

  private static final String GOOGLES_OWN = "https://run.googleapis.com";
  private static final int TIMEOUT_MILLIS = 20_000;

  private final HttpRequestFactory requests;
  private final String root;

  /** Nothing is sent yet. */
  public CloudRunClient(GoogleAccess access) {
    this.requests =
        new NetHttpTransport()
            .createRequestFactory(new HttpCredentialsAdapter(access.credentials()));
    this.root = access.endpoint().orElse(GOOGLES_OWN) + "/v2/";
  }

  @Override
  public ServiceTraffic read(CloudRunService service) throws GoogleException {
    return RunJson.service(get(service.resource()));
  }

  @Override
  public RunOperation move(CloudRunService service, List<Share> traffic, String etag)
      throws GoogleException {
    JsonObject body = new JsonObject();
    body.addProperty("name", service.resource());
    body.addProperty("etag", etag);
    body.add("traffic", RunJson.traffic(traffic));
    // The transport of the JDK knows no PATCH; Google takes one in disguise.
    return RunJson.operation(
        send(service.resource() + "?updateMask=traffic", body, Optional.of("PATCH")));
  }

  @Override
  public RunOperation operation(String name) throws GoogleException {
    return RunJson.operation(get(name));
  }

  @Override
  public List<String> missing(CloudRunService service, List<String> permissions)
      throws GoogleException {
    JsonArray asked = new JsonArray();
    permissions.forEach(asked::add);
    JsonObject body = new JsonObject();
    body.add("permissions", asked);
    JsonObject answer = send(service.resource() + ":testIamPermissions", body, Optional.empty());
    Set<String> held = new HashSet<>();
    Optional.ofNullable(answer.getAsJsonArray("permissions"))
        .ifPresent(all -> all.forEach((JsonElement one) -> held.add(one.getAsString())));
    return permissions.stream().filter(permission -> !held.contains(permission)).toList();
  }

  private JsonObject get(String path) throws GoogleException {
    try {
      return execute(requests.buildGetRequest(new GenericUrl(root + path)));
    } catch (IOException e) {
      throw GoogleErrors.explain(e);
    }
  }

  private JsonObject send(String path, JsonObject body, Optional<String> method)
      throws GoogleException {
    try {
      HttpRequest request =
          requests.buildPostRequest(
              new GenericUrl(root + path),
              ByteArrayContent.fromString("application/json", body.toString()));
      method.ifPresent(name -> request.getHeaders().set("X-HTTP-Method-Override", name));
      return execute(request);
    } catch (IOException e) {
      throw GoogleErrors.explain(e);
    }
  }

  private static JsonObject execute(HttpRequest request) throws IOException, GoogleException {
    HttpResponse response =
        request
            .setConnectTimeout(TIMEOUT_MILLIS)
            .setReadTimeout(TIMEOUT_MILLIS)
            .setNumberOfRetries(0)
            .execute();
    try (var content = response.getContent()) {
      return JsonParser.parseString(new String(content.readAllBytes(), StandardCharsets.UTF_8))
          .getAsJsonObject();
    } catch (JsonParseException | IllegalStateException e) {
      throw new GoogleException(Kind.UNCLEAR, "something else than Cloud Run answered", e);
    }
  }
}
