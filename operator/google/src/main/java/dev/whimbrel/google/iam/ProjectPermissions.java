package dev.whimbrel.google.iam;

import com.google.api.client.http.ByteArrayContent;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.whimbrel.google.GoogleAccess;
import dev.whimbrel.google.GoogleErrors;
import dev.whimbrel.google.GoogleException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the caller may do on a project, as the Resource Manager API v3 says when it is asked: one
 * question, for which a library of its own would be too much.
 */
public final class ProjectPermissions {

  /** Where the API is, for tests, a proxy or Private Service Connect; by default Google's own. */
  public static final String ENDPOINT_VARIABLE = "WHIMBREL_RESOURCEMANAGER_ENDPOINT";

  private static final String GOOGLES_OWN = "https://cloudresourcemanager.googleapis.com";
  private static final int TIMEOUT_MILLIS = 10_000;

  private final GoogleAccess access;

  /** Nothing is sent yet. */
  public ProjectPermissions(GoogleAccess access) {
    this.access = access;
  }

  /**
   * Those of the permissions that the caller lacks. Grants that hang on a condition count as
   * lacking where the project itself does not fulfil it.
   */
  public List<String> missing(String project, List<String> wanted) throws GoogleException {
    Set<String> held = held(project, wanted);
    return wanted.stream().filter(permission -> !held.contains(permission)).toList();
  }

  private Set<String> held(String project, List<String> wanted) throws GoogleException {
    JsonArray asked = new JsonArray();
    wanted.forEach(asked::add);
    JsonObject body = new JsonObject();
    body.add("permissions", asked);
    try {
      HttpResponse response = request(project, body).execute();
      try (var content = response.getContent()) {
        JsonObject answer =
            JsonParser.parseString(new String(content.readAllBytes(), StandardCharsets.UTF_8))
                .getAsJsonObject();
        Set<String> held = new HashSet<>();
        Optional.ofNullable(answer.getAsJsonArray("permissions"))
            .ifPresent(all -> all.forEach((JsonElement one) -> held.add(one.getAsString())));
        return held;
      }
    } catch (IOException e) {
      throw GoogleErrors.explain(e);
    }
  }

  private HttpRequest request(String project, JsonObject body) throws IOException {
    GenericUrl url =
        new GenericUrl(
            access.endpoint().orElse(GOOGLES_OWN)
                + "/v3/projects/"
                + project
                + ":testIamPermissions");
    return new NetHttpTransport()
        .createRequestFactory(new HttpCredentialsAdapter(access.credentials()))
        .buildPostRequest(url, ByteArrayContent.fromString("application/json", body.toString()))
        .setConnectTimeout(TIMEOUT_MILLIS)
        .setReadTimeout(TIMEOUT_MILLIS);
  }
}
