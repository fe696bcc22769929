package dev.whimbrel.testkit.google;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/** What the Resource Manager API says about permissions on projects. */
final class IamApi implements RestApi {

  private static final Pattern PATH = Pattern.compile("/v(1|3)/projects/[^/]+:testIamPermissions");

  private final FakePermissions permissions;

  IamApi(FakePermissions permissions) {
    this.permissions = permissions;
  }

  @Override
  public boolean serves(String path) {
    return PATH.matcher(path).matches();
  }

  @Override
  public ApiCall call(RestRequest request) {
    return request.method().equals("POST") ? ApiCall.TEST_PROJECT_PERMISSIONS : ApiCall.UNKNOWN;
  }

  @Override
  public JsonNode handle(RestRequest request) {
    ObjectNode answer = RestJson.object();
    ArrayNode held = answer.putArray("permissions");
    for (JsonNode permission : request.body().path("permissions")) {
      if (permissions.has(permission.asText())) {
        held.add(permission.asText());
      }
    }
    return answer;
  }
}
